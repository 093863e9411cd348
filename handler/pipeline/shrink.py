"""Makes a picture smaller before the costly steps, where fewer pixels than it has are wanted."""

from dataclasses import replace

import numpy as np
from PIL import Image

from handler.domain.image import Bytes, Picture, size_of

# Shrunk rows at a time, so that no second copy of the whole picture is held.
_STRIP_ROWS = 64


def shrink(picture: Picture, at_least: int) -> Picture:
    """Average whole squares of pixels, colour by weight of alpha; the longest side stays at least so long."""
    factor = max(size_of(picture.rgb)) // at_least
    if factor < 2:
        return picture
    height, step = picture.rgb.shape[0], factor * _STRIP_ROWS
    strips = [_reduced(picture, slice(top, top + step), factor) for top in range(0, height, step)]
    pixels = np.concatenate(strips)
    if picture.alpha is None:
        return replace(picture, rgb=pixels)
    return replace(picture, rgb=np.ascontiguousarray(pixels[..., :3]), alpha=pixels[..., 3].copy())


def _reduced(picture: Picture, rows: slice, factor: int) -> Bytes:
    image = Image.fromarray(picture.rgb[rows])
    if picture.alpha is not None:
        image.putalpha(Image.fromarray(picture.alpha[rows]))
    return np.asarray(image.reduce(factor))
