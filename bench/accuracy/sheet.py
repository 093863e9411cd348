"""Five pictures where we gain most on a peer, and five where our error is largest, side by side."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.accuracy.rows import Judged

EACH = 5
SIDE = 180
HEAD = 24
GREEN = (0, 177, 64)
MOST_BYTES = 300_000
COLUMNS = ("picture", "truth", "rembg", "clearcut")

Pair = tuple[Judged, Judged]


def write_sheet(pairs: Sequence[Pair], cutouts: dict[Judged, Path], path: Path) -> None:
    """A small JPEG; each pair is our cut-out and the peer's of one picture."""
    gained = sorted(pairs, key=lambda pair: pair[0].scores.composite - pair[1].scores.composite)[:EACH]
    worst = sorted(pairs, key=lambda pair: -pair[0].scores.composite)[:EACH]
    width, height = SIDE * len(COLUMNS), HEAD + SIDE * EACH
    sheet = Image.new("RGB", (2 * width + SIDE // 9, height), "white")
    draw = ImageDraw.Draw(sheet)
    for half, chosen in enumerate((gained, worst)):
        left = half * (width + SIDE // 9)
        for column, name in enumerate(COLUMNS):
            draw.text((left + column * SIDE + 4, 4), name, fill="black", font=ImageFont.load_default(15))
        for row, (ours, theirs) in enumerate(chosen):
            for column, image in enumerate(_cells(ours, cutouts[ours], cutouts[theirs])):
                sheet.paste(image, (left + column * SIDE, HEAD + row * SIDE))
    path.write_bytes(_small(sheet))


def _cells(ours: Judged, our_png: Path, their_png: Path) -> Iterator[Image.Image]:
    case = ours.case
    yield _fitted(Image.open(case.image).convert("RGB"))
    truth = Image.fromarray(np.dstack((case.colour(), case.truth())))
    for image in (truth, Image.open(their_png).convert("RGBA"), Image.open(our_png).convert("RGBA")):
        ground = Image.new("RGBA", image.size, (*GREEN, 255))
        yield _fitted(Image.alpha_composite(ground, image).convert("RGB"))


def _fitted(image: Image.Image) -> Image.Image:
    image.thumbnail((SIDE - 2, SIDE - 2))
    return image


def _small(sheet: Image.Image) -> bytes:
    """As good as the bound on its length allows."""
    for quality in range(88, 30, -6):
        file = io.BytesIO()
        sheet.save(file, "JPEG", quality=quality, optimize=True)
        if file.tell() <= MOST_BYTES:
            break
    return file.getvalue()
