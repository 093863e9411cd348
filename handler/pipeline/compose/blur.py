"""A Gaussian blur whose cost does not grow with its sigma."""

import math

import numpy as np
from PIL import Image, ImageFilter

from handler.domain.image import Bytes
from handler.pipeline.compose.rows import STRIP_ROWS, Rows

# Beyond so many sigmas nothing is seen.
_REACH = 3
# At the size at which this is the sigma, a picture loses nothing that the blur would keep.
_SHRUNK_SIGMA = 2
# Pillow's row of boxes softens a little more than it is told to: half the error, measured.
_LESS = 0.98


def blurred(rows: Rows, size: tuple[int, int], sigma: float) -> Rows:
    """The rows of the blurred canvas; what is beyond its sides looks like what is at them."""
    factor = int(sigma // _SHRUNK_SIGMA)
    return _shrunk(rows, size, sigma, factor) if factor > 1 else _in_place(rows, size[1], sigma)


def _in_place(rows: Rows, height: int, sigma: float) -> Rows:
    reach = _reach(sigma)

    def soft_rows(top: int, bottom: int) -> Bytes:
        first, last = max(0, top - reach), min(height, bottom + reach)
        missing = first - (top - reach), bottom + reach - last
        strip = _softened(_extended(rows(first, last), missing, (reach, reach)), sigma)
        return strip[reach:-reach, reach:-reach]

    return soft_rows


def _shrunk(rows: Rows, size: tuple[int, int], sigma: float, factor: int) -> Rows:
    """Averages whole squares first; what that and enlarging blur is taken off the sigma."""
    width, height = size
    averaged, enlarged = (factor**2 - 1) / 12, factor**2 / 6
    small_sigma = math.sqrt(sigma**2 - averaged - enlarged) / factor
    reach = _reach(small_sigma)
    columns = reach * factor, reach * factor + -width % factor
    step = factor * max(1, STRIP_ROWS // factor)

    def small(top: int, bottom: int) -> Bytes:
        strip = _extended(rows(top, bottom), (0, (top - bottom) % factor), columns)
        return np.asarray(Image.fromarray(strip).reduce(factor))

    above, below = [small(0, 1)] * reach, [small(height - 1, height)] * reach
    shown = [small(top, min(top + step, height)) for top in range(0, height, step)]
    image = Image.fromarray(_softened(np.concatenate([*above, *shown, *below]), small_sigma))

    def soft_rows(top: int, bottom: int) -> Bytes:
        box = (reach, reach + top / factor, reach + width / factor, reach + bottom / factor)
        return np.asarray(image.resize((width, bottom - top), Image.Resampling.BILINEAR, box=box))

    return soft_rows


def _reach(sigma: float) -> int:
    return math.ceil(_REACH * sigma)


def _extended(pixels: Bytes, rows: tuple[int, int], columns: tuple[int, int]) -> Bytes:
    """So many more rows and columns before and after, each like the last."""
    return np.pad(pixels, (rows, columns, (0, 0))[: pixels.ndim], mode="edge")


def _softened(pixels: Bytes, sigma: float) -> Bytes:
    """Pillow's row of boxes, colour by weight of alpha."""
    image = Image.fromarray(pixels)
    weighted = image.convert("RGBa") if image.mode == "RGBA" else image
    return np.asarray(weighted.filter(ImageFilter.GaussianBlur(_LESS * sigma)).convert(image.mode))
