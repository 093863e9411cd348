"""Texts as colours and gradients; a text that is not taken is a ValueError."""

import re

from handler.dialects.reading.measures import read_number
from handler.domain.colour import parse_colour
from handler.domain.request import Colour, Gradient

GRADIENT_EXPECTED = "two colours and an angle in degrees, such as #ff8800 white 180"
# Gaps that are not inside of a function's brackets.
_GAPS = re.compile(r"(?:\s*,\s*|\s+)(?![^(]*\))")
MAX_DEGREES = 360


def read_colour(text: str) -> Colour:
    """A colour in any of its spellings."""
    colour = parse_colour(text)
    if colour is None:
        raise ValueError(text)
    return colour


def read_gradient(text: str) -> Gradient:
    """Two colours and the angle at which the one runs into the other."""
    first, second, angle = _GAPS.split(text.strip())
    degrees = read_number(angle.removesuffix("deg"), -MAX_DEGREES, MAX_DEGREES)
    return Gradient(read_colour(first), read_colour(second), degrees)
