"""
Colours that are kept: what is cut out is found in sRGB, as for everybody, and only its colour is another.

What lies behind is brought from sRGB into the kept colours.
"""

from dataclasses import replace

import numpy as np
from PIL import Image

from handler.domain.image import Bytes, Cutout, Picture
from handler.domain.request import Colour, Gradient, Variant
from handler.pipeline.decode.colour import recolouring_into

# At a time, so that no second copy of a whole picture is held.
_STRIP_ROWS = 64


def recoloured(cutout: Cutout, other: Cutout, picture: Picture) -> Cutout:
    """A cut-out with the colours of another, of the same picture in kept colours; the other is used up."""
    for top in range(0, len(cutout.rgba), _STRIP_ROWS):
        rows = slice(top, top + _STRIP_ROWS)
        rgba, alpha = other.rgba[rows], cutout.alpha[rows]
        # Where both are cut alike, which is nearly everywhere, the colours are right already.
        differing = np.nonzero(rgba[..., 3] != alpha)
        wrong, right = rgba[differing], alpha[differing][:, None]
        # What is solid has nothing to be cleaned of, and what the other leaves out it knows no colour of.
        is_cleaned = (right < 255) & (wrong[:, 3:] > 0)
        colour = np.where(is_cleaned, wrong[:, :3], picture.rgb[rows][differing])
        rgba[differing] = np.concatenate((colour * (right > 0), right), axis=-1)
    return Cutout(other.rgba, cutout.subject)


def variant_in(profile: bytes, variant: Variant) -> Variant:
    """The variant whose colours show in the profile as those that were asked for show in sRGB."""
    wanted = variant.background
    if isinstance(wanted, Gradient):
        first, second = (_colour_in(profile, end) for end in (wanted.first, wanted.second))
        return replace(variant, background=replace(wanted, first=first, second=second))
    if isinstance(wanted, Colour):
        return replace(variant, background=_colour_in(profile, wanted))
    return variant


def picture_in(profile: bytes, picture: Picture | None) -> Picture | None:
    """Another picture in the profile's colours."""
    if picture is None:
        return None
    return replace(picture, rgb=_pixels_in(profile, picture.rgb), profile=profile)


def _colour_in(profile: bytes, colour: Colour) -> Colour:
    pixel = np.array([[(colour.red, colour.green, colour.blue)]], np.uint8)
    red, green, blue = _pixels_in(profile, pixel)[0, 0].tolist()
    return Colour(red, green, blue, colour.alpha)


def _pixels_in(profile: bytes, rgb: Bytes) -> Bytes:
    recolouring = recolouring_into(profile)
    if recolouring is None:
        raise ValueError("colours were kept in a profile that has no way into it")
    moved = np.empty_like(rgb)
    for top in range(0, len(rgb), _STRIP_ROWS):
        strip = np.ascontiguousarray(rgb[top : top + _STRIP_ROWS])
        moved[top : top + _STRIP_ROWS] = np.asarray(recolouring.apply(Image.fromarray(strip)))
    return moved
