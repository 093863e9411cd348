"""Rectangles between pixels: what moves and scales without being rounded on the way."""

import math
from dataclasses import astuple, dataclass

from handler.domain.image import Box

# What floats are off by after a few steps; far less than a picture shows.
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle by its edges, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, box: Box) -> "Rect":
        """The same, of whole pixels."""
        return cls(box.left, box.top, box.left + box.width, box.top + box.height)

    @property
    def width(self) -> float:
        """From edge to edge."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From edge to edge."""
        return self.bottom - self.top

    def scaled(self, across: float, down: float) -> "Rect":
        """Every edge that much farther from the origin."""
        return Rect(self.left * across, self.top * down, self.right * across, self.bottom * down)

    def moved(self, right: float, down: float) -> "Rect":
        """The same size elsewhere."""
        return Rect(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def within(self, other: "Rect") -> "Rect":
        """What both cover."""
        return Rect(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def is_near(self, other: "Rect") -> bool:
        """Whether no picture could show the difference."""
        return all(abs(one - two) < _SLACK for one, two in zip(astuple(self), astuple(other), strict=True))

    def nearest(self, width: int, height: int) -> Box:
        """The whole pixels nearest to it on a canvas, at least one of them."""
        left, across = _nearest(self.left, self.right, width)
        top, down = _nearest(self.top, self.bottom, height)
        return Box(left, top, across, down)

    def around(self, width: int, height: int) -> Box:
        """The smallest whole box around it on a canvas."""
        left, across = _around(self.left, self.right, width)
        top, down = _around(self.top, self.bottom, height)
        return Box(left, top, across, down)


def _nearest(start: float, end: float, whole: int) -> tuple[int, int]:
    first = min(max(0, round(start)), whole - 1)
    return first, min(max(first + 1, round(end)), whole) - first


def _around(start: float, end: float, whole: int) -> tuple[int, int]:
    first = min(max(0, math.floor(start + _SLACK)), whole - 1)
    return first, min(max(first + 1, math.ceil(end - _SLACK)), whole) - first
