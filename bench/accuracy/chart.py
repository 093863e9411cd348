"""The report as a picture: the error of every slice, system beside system, and the reliability curve."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bench.accuracy.reliability import Bin
from bench.accuracy.rows import Row

SIZE = (1200, 520)
INK, RULE = "#333333", "#dddddd"
COLOURS = ("#1b6ca8", "#0b3d62", "#8fbce6", "#d9822b", "#f0b46c", "#b0b0b0", "#7a7a7a")
BARS = (60, 50, 830, 400)
CURVE = (910, 50, 1180, 320)
BAR_SHARE = 0.8


def draw_chart(rows: Sequence[Row], curves: dict[str, Sequence[Bin]], path: Path) -> None:
    """Write it as a PNG."""
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    _bars(draw, rows)
    _curve(draw, curves)
    image.quantize(64).save(path, optimize=True)


def _bars(draw: ImageDraw.ImageDraw, rows: Sequence[Row]) -> None:
    left, top, right, bottom = BARS
    systems = list(dict.fromkeys((row.system, row.quality) for row in rows))
    slices = list(dict.fromkeys(row.slice for row in rows))
    errors = {(row.slice, row.system, row.quality): row.scores.composite for row in rows}
    most = max(errors.values())
    _text(draw, (left, top - 34), "error over new backgrounds, 0 to 255: less is better", 16)
    for level in range(0, int(most) + 1, 2):
        height = bottom - (bottom - top) * level / most
        draw.line((left, height, right, height), fill=RULE)
        _text(draw, (left - 26, height - 8), str(level), 12)
    step = (right - left) / len(slices)
    width = step * BAR_SHARE / len(systems)
    for place, name in enumerate(slices):
        for number, system in enumerate(systems):
            error = errors.get((name, *system), 0.0)
            start = left + place * step + number * width
            area = (start, bottom - (bottom - top) * error / most, start + width - 1, bottom)
            draw.rectangle(area, fill=COLOURS[number % len(COLOURS)])
        for line, word in enumerate(name.replace("own_", "own ").replace("_", " ").split()):
            _text(draw, (left + place * step, bottom + 6 + 14 * line), word, 12)
    for number, system in enumerate(systems):
        across, down = left + 190 * (number % 4), SIZE[1] - 40 + 18 * (number // 4)
        draw.rectangle((across, down, across + 10, down + 10), fill=COLOURS[number % len(COLOURS)])
        _text(draw, (across + 15, down - 3), " ".join(system), 13)


def _curve(draw: ImageDraw.ImageDraw, curves: dict[str, Sequence[Bin]]) -> None:
    left, top, right, bottom = CURVE
    _text(draw, (left, top - 34), "share of good cut-outs by confidence", 16)
    draw.rectangle(CURVE, outline=RULE)
    draw.line((left, bottom, right, top), fill=RULE)
    for number, (name, bins) in enumerate(curves.items()):
        points = [
            (left + (right - left) * one.confidence, bottom - (bottom - top) * one.good) for one in bins
        ]
        colour = COLOURS[number % len(COLOURS)]
        draw.line(points, fill=colour, width=2)
        for across, down in points:
            draw.ellipse((across - 4, down - 4, across + 4, down + 4), fill=colour)
        _text(
            draw,
            (left, bottom + 10 + 18 * number),
            f"{name} (on the line: as sure as it should be)",
            13,
            colour,
        )


def _text(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, colour: str = INK
) -> None:
    draw.text(at, text, fill=colour, font=ImageFont.load_default(size))
