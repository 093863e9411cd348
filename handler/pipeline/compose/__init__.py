"""Lays the cut-out on the canvas that was asked for."""

from collections.abc import Iterator
from dataclasses import astuple

import numpy as np
from PIL import Image

from handler.domain.image import Box, Bytes, Canvas, Cutout, size_of
from handler.domain.request import WHITE, Channels, Colour, Format, Variant

STRIP_ROWS = 64


def compose(cutout: Cutout, variant: Variant) -> Canvas:
    """Crop, shrink, then lay over the background, in this order."""
    rgba, subject = _cropped(cutout) if variant.crop else (cutout.rgba, cutout.subject)
    rgba, subject = _shrunk(rgba, subject, variant.size_for(*size_of(rgba)))
    return Canvas(_painted(rgba, variant), subject)


def _cropped(cutout: Cutout) -> tuple[Bytes, Box]:
    box = cutout.subject
    rows, columns = slice(box.top, box.top + box.height), slice(box.left, box.left + box.width)
    return cutout.rgba[rows, columns], Box(0, 0, box.width, box.height)


def _shrunk(rgba: Bytes, subject: Box, size: tuple[int, int]) -> tuple[Bytes, Box]:
    """
    Resample by weight of alpha, which Pillow does for this mode, so that hidden colour stays hidden.

    The sharper filters overshoot at the rim, where alpha is cut off at 255 and colour is not.
    """
    if size == size_of(rgba):
        return rgba, subject
    image = Image.fromarray(np.ascontiguousarray(rgba)).resize(size, Image.Resampling.HAMMING)
    return np.asarray(image), _scaled(subject, size_of(rgba), size)


def _scaled(box: Box, old: tuple[int, int], new: tuple[int, int]) -> Box:
    """The smallest whole box around the scaled one; in integers, so that it never leaves the canvas."""
    left, width = _span(box.left, box.width, old[0], new[0])
    top, height = _span(box.top, box.height, old[1], new[1])
    return Box(left, top, width, height)


def _span(start: int, length: int, old: int, new: int) -> tuple[int, int]:
    first = start * new // old
    return first, -(-(start + length) * new // old) - first


def _painted(rgba: Bytes, variant: Variant) -> Bytes:
    background = variant.background
    if not isinstance(background, Colour | None):
        raise TypeError(background)
    if variant.channels is Channels.ALPHA:
        return np.ascontiguousarray(rgba[..., 3])
    if variant.channels is Channels.RGB or variant.format is Format.JPG:
        return _opaque(rgba, background or WHITE)
    return rgba if background is None else _over(rgba, background)


def _over(rgba: Bytes, colour: Colour) -> Bytes:
    """The picture over a colour that may be translucent itself."""
    result = np.empty_like(rgba)
    for rows in _strips(rgba):
        front = Image.fromarray(np.ascontiguousarray(rgba[rows]))
        result[rows] = np.asarray(
            Image.alpha_composite(Image.new("RGBA", front.size, astuple(colour)), front)
        )
    return result


def _opaque(rgba: Bytes, colour: Colour) -> Bytes:
    """The picture over a colour, and what then is still transparent over white."""
    flat = _over(np.array([[astuple(colour)]], np.uint8), WHITE)[0, 0, :3]
    result = np.empty((*rgba.shape[:2], 3), np.uint8)
    for rows in _strips(rgba):
        front = Image.fromarray(np.ascontiguousarray(rgba[rows]))
        canvas = Image.new("RGB", front.size, tuple(flat.tolist()))
        canvas.paste(front.convert("RGB"), mask=front)
        result[rows] = np.asarray(canvas)
    return result


def _strips(pixels: Bytes) -> Iterator[slice]:
    """Rows that are worked on together: a large picture is never held twice over."""
    return (slice(top, top + STRIP_ROWS) for top in range(0, len(pixels), STRIP_ROWS))
