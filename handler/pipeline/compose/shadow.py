"""A soft dark copy of the subject, a little below it."""

import numpy as np

from handler.domain.image import Bytes
from handler.domain.request import Shadow
from handler.pipeline.compose.blur import blurred
from handler.pipeline.compose.rows import Rows


def offset_rows(height: int) -> int:
    """How far the shadow falls on a canvas of this height."""
    return max(4, round(0.015 * height))


def sigma_pixels(height: int) -> int:
    """How soft it is there."""
    return max(5, round(0.02 * height))


def shadow(alpha: Rows, size: tuple[int, int], wanted: Shadow) -> Rows:
    """The rows of the shadow as black with alpha."""
    width, height = size
    offset = offset_rows(height)
    shades = np.rint(np.arange(256) * wanted.opacity / 100).astype(np.uint8)

    def fallen(top: int, bottom: int) -> Bytes:
        first = max(0, top - offset)
        rows = (
            alpha(first, max(first, bottom - offset)) if bottom > offset else np.zeros((0, width), np.uint8)
        )
        return np.pad(rows, ((bottom - top - len(rows), 0), (0, 0)))

    soft = blurred(fallen, size, sigma_pixels(height))

    def black(top: int, bottom: int) -> Bytes:
        strip = np.zeros((bottom - top, width, 4), np.uint8)
        strip[..., 3] = shades[soft(top, bottom)]
        return strip

    return black
