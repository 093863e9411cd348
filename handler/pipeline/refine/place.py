"""Where in a picture its matte leaves anything at all to be worked on."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handler.domain.errors import NoSubjectError
from handler.domain.image import Box, Matte, Picture, size_of

# What the model leaves of nothing, or lacks of everything, is its noise and not the subject's softness.
NOISE = 0.04
# Around what is seen, the share of its length and the least pixels into which the edge may be drawn.
ROOM = 1 / 24
LEAST_ROOM_PX = 16


@dataclass(frozen=True, slots=True)
class Place:
    """
    The part of a picture that holds the subject.

    Attributes:
        box: in the picture's pixels.
        seen: left, top, right and bottom of the same part in the matte's.
        coarseness: the picture's pixels along the longer side of one of the matte's.
    """

    box: Box
    seen: tuple[float, float, float, float]
    coarseness: float


def find_place(matte: Matte, picture: Picture) -> Place:
    """The part that holds all that the matte sees, and some room."""
    width, height = size_of(picture.rgb)
    columns, rows = size_of(matte.alpha)
    across, down = width / picture.full_width, height / picture.full_height
    seen = matte.alpha > NOISE * 255
    if not seen.any():
        raise NoSubjectError
    wide = _Axis(matte.box.left * across, matte.box.width * across / columns, columns, width)
    high = _Axis(matte.box.top * down, matte.box.height * down / rows, rows, height)
    left, right = wide.span(np.flatnonzero(seen.any(axis=0)))
    top, bottom = high.span(np.flatnonzero(seen.any(axis=1)))
    return Place(
        Box(left, top, right - left, bottom - top),
        (wide.cell(left), high.cell(top), wide.cell(right), high.cell(bottom)),
        max(wide.step, high.step),
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    """How the matte's cells lie along one side of the picture, in pixels."""

    start: float
    step: float
    cells: int
    length: int

    def span(self, at: NDArray[np.intp]) -> tuple[int, int]:
        """The first pixel and the one after the last; none that the matte does not cover."""
        first, last = self.start + float(at[0]) * self.step, self.start + float(at[-1] + 1) * self.step
        room = max(LEAST_ROOM_PX, (last - first) * ROOM)
        begin = max(0, min(round(self.start), self.length - 1), math.floor(first - room))
        end = min(self.length, round(self.start + self.cells * self.step), math.ceil(last + room))
        return begin, max(end, begin + 1)

    def cell(self, pixel: int) -> float:
        return (pixel - self.start) / self.step
