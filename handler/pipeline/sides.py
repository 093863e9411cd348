"""How large a picture has to be for what is made of it."""

import math

from handler.domain.image import Box, Cutout, Picture, size_of
from handler.domain.request import Variant
from handler.pipeline.compose import lay_out
from handler.pipeline.compose.rect import Rect

# What a side is off by when it went through floats.
_SLACK = 1e-6


def side_for(variant: Variant, size: tuple[int, int], subject: Box | None = None) -> int:
    """
    How long the longest side has to be for the canvas to get the pixels that it shows.

    Without a subject it is taken to fill the picture.
    """
    longest = max(size)
    density = lay_out(subject or Box(0, 0, *size), size, variant).density
    return min(longest, math.ceil(longest * density - _SLACK))


def at_full_size(picture: Picture, cutout: Cutout) -> Box:
    """The subject's bounds in the source's own pixels."""
    width, height = size_of(picture.rgb)
    across, down = picture.full_width / width, picture.full_height / height
    return Rect.of(cutout.subject).scaled(across, down).around(picture.full_width, picture.full_height)
