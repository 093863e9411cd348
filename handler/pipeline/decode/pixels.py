"""Turns an opened picture into arrays, a strip at a time so that no second full-size copy is held."""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from PIL.Image import Transpose

from handler.domain.image import Bytes
from handler.pipeline.decode.colour import Recolouring, recolouring_for, recolouring_into
from handler.pipeline.decode.samples import DEEP_MODES, to_bytes, white_of
from handler.pipeline.decode.source import Source, load

# So low that a large photo's strip fits a core's cache, and that no call holds the interpreter for long.
_STRIP_ROWS = 64
# Readers of PNG take no larger one.
_MAX_KEPT_PROFILE_BYTES = 1 << 20
_ALPHA_MODES = {"LA", "La", "PA", "RGBA", "RGBa"}
_STRAIGHT = {"La": "LA", "RGBa": "RGBA"}
_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_SIDEWAYS = {5, 6, 7, 8}
_FROM_THE_END = {3, 4, 6, 7}


def upright_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Width and height after turning."""
    width, height = size
    return (height, width) if orientation in _SIDEWAYS else (width, height)


@dataclass(frozen=True, slots=True, eq=False)
class Developed:
    """
    The pixels of a picture, upright.

    Attributes:
        alpha: None where the picture has no transparency.
        profile: the one that colours were kept in; None is sRGB.
    """

    rgb: Bytes
    alpha: Bytes | None
    profile: bytes | None


def develop(source: Source, scale: int, *, keep_colours: bool) -> Developed:
    """Decode, then bring colour to sRGB, unless it is to be kept and its profile is one of RGB."""
    image = load(source.image, scale)
    recolouring = recolouring_for(image.mode, source.profile)
    profile = None
    if keep_colours and recolouring is not None and _can_keep(recolouring, source.profile):
        recolouring, profile = None, source.profile
    white = white_of(image) if image.mode in DEEP_MODES else None
    width, height = upright_size(image.size, source.orientation)
    rgb = np.empty((height, width, 3), np.uint8)
    has_alpha = image.mode in _ALPHA_MODES or "transparency" in image.info
    alpha = np.empty((height, width), np.uint8) if has_alpha else None
    for top in range(0, image.height, _STRIP_ROWS):
        bottom = min(top + _STRIP_ROWS, image.height)
        strip = image.crop((0, top, image.width, bottom))
        colour, opacity = _split(strip, white) if has_alpha or white is not None else (strip, None)
        place = _place(image.height, source.orientation, top, bottom)
        rgb[place] = np.asarray(_turned(_in_srgb(colour, recolouring), source.orientation))
        if alpha is not None and opacity is not None:
            alpha[place] = np.asarray(_turned(opacity, source.orientation))
    return Developed(rgb, alpha, profile)


def _can_keep(recolouring: Recolouring, profile: bytes | None) -> bool:
    if recolouring.mode != "RGB" or profile is None or len(profile) > _MAX_KEPT_PROFILE_BYTES:
        return False
    return recolouring_into(profile) is not None


def _split(strip: Image.Image, white: float | None) -> tuple[Image.Image, Image.Image | None]:
    """Colour and opacity of a strip that is not plainly opaque and of 8 bits."""
    if white is not None:
        samples = np.asarray(strip)
        clear = strip.info.get("transparency")
        opacity = None if clear is None else Image.fromarray((samples != clear).astype(np.uint8) * 255)
        return Image.fromarray(to_bytes(samples, white)), opacity
    straight = strip.convert(_STRAIGHT.get(strip.mode, "RGBA"))
    return straight, straight.getchannel("A")


def _in_srgb(colour: Image.Image, recolouring: Recolouring | None) -> Image.Image:
    if recolouring is not None:
        return recolouring.apply(colour)
    return colour if colour.mode == "RGB" else colour.convert("RGB")


def _turned(strip: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return strip if turn is None else strip.transpose(turn)


def _place(height: int, orientation: int, top: int, bottom: int) -> tuple[slice, ...]:
    """Where the stored rows from top to bottom lie in the upright picture."""
    rows = slice(height - bottom, height - top) if orientation in _FROM_THE_END else slice(top, bottom)
    return (slice(None), rows) if orientation in _SIDEWAYS else (rows,)
