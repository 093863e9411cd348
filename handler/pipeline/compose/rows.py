"""Pictures on a canvas, given strip by strip: a large one is never held twice over."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from handler.domain.image import Box, Bytes
from handler.pipeline.compose.rect import Rect

STRIP_ROWS = 64
# How far the filters reach at their own scale, and one pixel for what is rounded.
_REACH = 2

Rows = Callable[[int, int], Bytes]
"""Gives the rows of a canvas from one up to another, as grey, RGB or RGBA."""

Part = Callable[[slice, slice], Bytes]
"""Gives a part of a picture: these rows, these columns."""


def strips(height: int) -> Iterator[tuple[int, int]]:
    """Rows that are worked on together, from the top down."""
    return ((top, min(top + STRIP_ROWS, height)) for top in range(0, height, STRIP_ROWS))


def joined(rows: Rows, height: int) -> Bytes:
    """All rows."""
    first, *others = strips(height)
    strip = rows(*first)
    whole = np.empty((height, *strip.shape[1:]), np.uint8)
    whole[: first[1]] = strip
    for top, bottom in others:
        whole[top:bottom] = rows(top, bottom)
    return whole


@dataclass(frozen=True, slots=True)
class Placed:
    """
    A part of a picture on a canvas that is empty around it.

    Attributes:
        size: the picture's width and height.
        source: the part that is shown, in the picture's pixels.
        target: where it lies on the canvas.
        canvas: the canvas's width and height.
    """

    part: Part
    size: tuple[int, int]
    source: Rect
    target: Box
    canvas: tuple[int, int]

    @property
    def is_plain(self) -> bool:
        """Whether the canvas shows the picture's own pixels and nothing else."""
        return self._is_unscaled and self.target == Box(0, 0, *self.canvas)

    @property
    def _is_unscaled(self) -> bool:
        kept = self.source.nearest(*self.size)
        size = self.target.width, self.target.height
        return (kept.width, kept.height) == size and self.source.is_near(Rect.of(kept))

    def rows(self, top: int, bottom: int) -> Bytes:
        """The rows of the canvas, clear or black where the picture is not."""
        width, target = self.canvas[0], self.target
        first, last = max(top, target.top), min(bottom, target.top + target.height)
        if first >= last:
            sample = self.part(slice(0, 1), slice(0, 1))
            return np.zeros((bottom - top, width, *sample.shape[2:]), np.uint8)
        shown = self._shown(first - target.top, last - target.top)
        if (last - first, target.width) == (bottom - top, width):
            return shown
        strip = np.zeros((bottom - top, width, *shown.shape[2:]), np.uint8)
        strip[first - top : last - top, target.left : target.left + target.width] = shown
        return strip

    def _shown(self, first: int, last: int) -> Bytes:
        """
        Some rows of the target.

        Pillow resamples by weight of alpha where there is one, so that hidden colour stays hidden. The
        sharper filters overshoot at the rim, where alpha is cut off at 255 and colour is not.
        """
        source, target = self.source, self.target
        if self._is_unscaled:
            left, top = round(source.left), round(source.top)
            return self.part(slice(top + first, top + last), slice(left, left + target.width))
        down = source.height / target.height
        wanted = Rect(source.left, source.top + first * down, source.right, source.top + last * down)
        across = source.width / target.width
        columns = _taken(wanted.left, wanted.right, across, self.size[0])
        rows = _taken(wanted.top, wanted.bottom, down, self.size[1])
        area = Rect(columns.start, rows.start, columns.stop, rows.stop)
        box = wanted.within(area).moved(-area.left, -area.top)
        image = Image.fromarray(np.ascontiguousarray(self.part(rows, columns)))
        kind = Image.Resampling.HAMMING if max(across, down) > 1 else Image.Resampling.BILINEAR
        edges = (box.left, box.top, box.right, box.bottom)
        return np.asarray(image.resize((target.width, last - first), kind, box=edges))


def _taken(start: float, end: float, scale: float, length: int) -> slice:
    """The pixels that have a say in those between two edges."""
    reach = _REACH * max(1.0, scale)
    return slice(max(0, math.floor(start - reach)), min(length, math.ceil(end + reach)))
