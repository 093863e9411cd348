"""Lays the cut-out on the canvas that was asked for."""

from dataclasses import astuple

import numpy as np
from PIL import Image

from handler.domain.image import Box, Bytes, Canvas, Cutout, size_of
from handler.domain.request import WHITE, Channels, Colour, Format, Variant


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
    if variant.channels is Channels.ALPHA:
        return np.ascontiguousarray(rgba[..., 3])
    if variant.channels is Channels.RGB or variant.format is Format.JPG:
        return _opaque(rgba, variant.background or WHITE)
    return rgba if variant.background is None else _over(rgba, variant.background)


def _over(rgba: Bytes, colour: Colour) -> Bytes:
    front = Image.fromarray(np.ascontiguousarray(rgba))
    back = Image.new("RGBA", front.size, (colour.red, colour.green, colour.blue, colour.alpha))
    return np.asarray(Image.alpha_composite(back, front))


def _opaque(rgba: Bytes, colour: Colour) -> Bytes:
    """What is still transparent after the background shows white."""
    flat = _over(np.array([[astuple(colour)]], np.uint8), WHITE)[0, 0]
    canvas = Image.new("RGB", size_of(rgba), tuple(flat[:3].tolist()))
    front = Image.fromarray(np.ascontiguousarray(rgba))
    canvas.paste(front.convert("RGB"), mask=front)
    return np.asarray(canvas)
