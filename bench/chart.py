"""Two plain kinds of chart, drawn by the image library that is there anyway."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH = 1000
_MARGIN, _ROW, _GAP = 24, 26, 14
_NAMES = 130
_ROOM_FOR_FIGURE = 70
_INK, _FAINT, _PAPER = "#1d2733", "#c9d1d9", "#ffffff"
COLOURS = ("#d9480f", "#4c6ef5", "#868e96", "#2b8a3e", "#ae3ec9", "#1098ad")
_LINES_HEIGHT = 460


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure of a series in a group."""

    group: str
    series: str
    figure: float


def draw_bars(title: str, bars: Sequence[Bar], path: Path) -> None:
    """Write lying bars, group under group, each series in a colour of its own."""
    groups = list(dict.fromkeys(bar.group for bar in bars))
    series = list(dict.fromkeys(bar.series for bar in bars))
    height = 2 * _MARGIN + 2 * _ROW + len(bars) * _ROW + len(groups) * _GAP
    sheet, draw = _sheet(title, height)
    longest = max(bar.figure for bar in bars)
    left, room = _MARGIN + 2 * _NAMES, WIDTH - 2 * _MARGIN - 2 * _NAMES - _ROOM_FOR_FIGURE
    y = _MARGIN + 2 * _ROW
    for group in groups:
        draw.text((_MARGIN, y), group, _INK, _font())
        for bar in (bar for bar in bars if bar.group == group):
            right = left + max(1, round(room * bar.figure / longest))
            draw.text((_MARGIN + _NAMES, y), bar.series, _INK, _font())
            draw.rectangle((left, y, right, y + _ROW - 8), COLOURS[series.index(bar.series) % len(COLOURS)])
            draw.text((right + 8, y), f"{bar.figure:.2f}", _INK, _font())
            y += _ROW
        y += _GAP
    sheet.save(path)


def draw_lines(title: str, lines: Mapping[str, Sequence[tuple[float, float]]], path: Path) -> None:
    """Write lines over a common pair of axes, both from nought, with each line's name at its end."""
    sheet, draw = _sheet(title, _LINES_HEIGHT)
    points = [point for line in lines.values() for point in line]
    farthest, highest = (max(values) for values in zip(*points, strict=True))
    left, right = _MARGIN + 60, WIDTH - _MARGIN - 2 * _NAMES
    top, bottom = _MARGIN + 2 * _ROW, _LINES_HEIGHT - _MARGIN - _ROW

    def place(point: tuple[float, float]) -> tuple[float, float]:
        across, up = point
        return left + (right - left) * across / farthest, bottom - (bottom - top) * up / highest

    draw.line([(left, top), (left, bottom), (right, bottom)], _FAINT, 2)
    for across in sorted({point[0] for point in points}):
        draw.text((place((across, 0))[0] - 20, bottom + 6), f"{across:g}", _INK, _font())
    for share in (0.25, 0.5, 0.75, 1.0):
        y = place((0, highest * share))[1]
        draw.line([(left, y), (right, y)], _FAINT, 1)
        draw.text((_MARGIN, y - 9), f"{highest * share:.3g}", _INK, _font())
    for number, (name, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        placed = [place(point) for point in line]
        draw.line(placed, colour, 3)
        for x, y in placed:
            draw.ellipse((x - 4, y - 4, x + 4, y + 4), colour)
        draw.text((placed[-1][0] + 12, placed[-1][1] - 9), name, colour, _font())
    sheet.save(path)


def _sheet(title: str, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    sheet = Image.new("RGB", (WIDTH, height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((_MARGIN, _MARGIN), title, _INK, _font(18))
    return sheet, draw


def _font(size: int = 15) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)
