"""What a canvas is made of."""

from dataclasses import dataclass

import numpy as np

from handler.domain.image import Bytes, Cutout, Picture, size_of
from handler.pipeline.compose.layout import Layout
from handler.pipeline.compose.rect import Rect
from handler.pipeline.compose.rows import Part, Placed


@dataclass(frozen=True, slots=True, eq=False)
class Materials:
    """
    The pictures that a canvas is made of.

    Attributes:
        original: the picture that the cut-out was made of, decoded at the cut-out's size.
        scene: the other picture of a background which has one.
    """

    cutout: Cutout
    original: Picture
    scene: Picture | None = None

    def placed(self, pixels: Bytes, layout: Layout) -> Placed:
        """The cut-out or one of its channels where the layout puts it."""
        source = in_pixels_of(self.original, layout.window)
        canvas = layout.width, layout.height
        return Placed(lambda *part: pixels[part], size_of(pixels), source, layout.target, canvas)


def in_pixels_of(picture: Picture, area: Rect) -> Rect:
    """An area of the full size in the pixels that were decoded."""
    width, height = size_of(picture.rgb)
    return area.scaled(width / picture.full_width, height / picture.full_height)


def part_of(picture: Picture) -> Part:
    """The picture with its own transparency, where it has one."""
    rgb, alpha = picture.rgb, picture.alpha
    if alpha is None:
        return lambda *part: rgb[part]
    return lambda *part: np.dstack((rgb[part], alpha[part]))
