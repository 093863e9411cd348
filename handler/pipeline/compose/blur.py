"""A Gaussian blur whose cost does not grow with its sigma."""

import math

import numpy as np
from PIL import Image, ImageFilter

from handler.domain.image import Bytes
from handler.pipeline.compose.rows import STRIP_ROWS, Rows

# Beyond so many sigmas nothing is seen.
_REACH = 3
# At the size at which this is the sigma, a picture loses nothing that the blur would keep.
_SHRUNK_SIGMA = 4


def blurred(rows: Rows, size: tuple[int, int], sigma: float) -> Rows:
    """The rows of the blurred canvas; what is beyond its sides looks like what is at them."""
    factor = int(sigma // _SHRUNK_SIGMA)
    return _shrunk(rows, size, sigma, factor) if factor > 1 else _in_place(rows, size[1], sigma)


def _in_place(rows: Rows, height: int, sigma: float) -> Rows:
    reach = _reach(sigma)

    def soft_rows(top: int, bottom: int) -> Bytes:
        first, last = max(0, top - reach), min(height, bottom + reach)
        missing = first - (top - reach), bottom + reach - last
        image = _softened(rows(first, last), missing, sigma)
        return image[reach : reach + bottom - top]

    return soft_rows


def _shrunk(rows: Rows, size: tuple[int, int], sigma: float, factor: int) -> Rows:
    """Averages whole squares first; what that and enlarging blur is taken off the sigma."""
    width, height = size
    step = factor * max(1, STRIP_ROWS // factor)
    small = np.concatenate(
        [
            np.asarray(Image.fromarray(rows(top, min(top + step, height))).reduce(factor))
            for top in range(0, height, step)
        ]
    )
    averaged, enlarged = (factor**2 - 1) / 12, factor**2 / 6
    small_sigma = math.sqrt(sigma**2 - averaged - enlarged) / factor
    reach = _reach(small_sigma)
    image = Image.fromarray(_softened(small, (reach, reach), small_sigma)[reach:-reach])

    def soft_rows(top: int, bottom: int) -> Bytes:
        box = (0, top / factor, width / factor, bottom / factor)
        return np.asarray(image.resize((width, bottom - top), Image.Resampling.BILINEAR, box=box))

    return soft_rows


def _reach(sigma: float) -> int:
    return math.ceil(_REACH * sigma)


def _softened(pixels: Bytes, missing: tuple[int, int], sigma: float) -> Bytes:
    """Pillow's boxes in a row, given edges that are wide enough for them, and colour by weight of alpha."""
    side = _reach(sigma)
    room = (missing, (side, side), (0, 0))[: pixels.ndim]
    image = Image.fromarray(np.pad(pixels, room, mode="edge"))
    mode = image.mode
    if mode == "RGBA":
        image = image.convert("RGBa")
    return np.asarray(image.filter(ImageFilter.GaussianBlur(sigma)).convert(mode))[:, side:-side]
