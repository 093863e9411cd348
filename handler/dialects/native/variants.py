"""One picture to make, or a list of them."""

import json
import re
from typing import Any

from handler.dialects.base import Inbound
from handler.dialects.native.rules import refuse_without_effect
from handler.dialects.native.table import OF_A_VARIANT
from handler.dialects.native.table.back import (
    BG_BLUR,
    BG_COLOR,
    BG_GRADIENT,
    CHANNELS,
    SHADOW,
    SHADOW_OPACITY,
)
from handler.dialects.native.table.out import COLOR, COMPRESSION, FORMAT, LOSSY_QUALITY, VARIANTS
from handler.dialects.native.table.shape import (
    CROP,
    CROP_MARGIN,
    FIT,
    HEIGHT,
    MAX_PIXELS,
    POSITION,
    SCALE,
    SIZE,
    WIDTH,
)
from handler.dialects.reading.nested import read_nested
from handler.dialects.reading.parameter import Values, names_of, read_parameters
from handler.dialects.reading.source import SourceNames
from handler.dialects.reading.strays import refuse_strays
from handler.domain.errors import InvalidParameterError
from handler.domain.request import Backdrop, Crop, Frame, Scene, Shadow, Source, Variant

MAX_VARIANTS = 20
SCENE = SourceNames(("bg_image_file",), ("bg_image_url",))
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def read_variant(inbound: Inbound, name: str = "default") -> Variant:
    """What the request's shape, background and file parameters ask for."""
    values = read_parameters(OF_A_VARIANT, (*inbound.query, *inbound.fields))
    pictures = SCENE.given(inbound)
    if len(pictures) > 1:
        raise InvalidParameterError(pictures[1], "one background picture", "several")
    refuse_without_effect(values, pictures[0] if pictures else None)
    caps = [cap for cap in (values[SIZE].max_pixels, values[MAX_PIXELS]) if cap is not None]
    return Variant(
        name=name,
        max_side=values[SIZE].max_side,
        max_pixels=min(caps, default=None),
        crop=_crop(values),
        scale=values[SCALE],
        position=values[POSITION],
        frame=_frame(values),
        channels=values[CHANNELS],
        background=_backdrop(values, SCENE.first(inbound)),
        shadow=Shadow(values[SHADOW_OPACITY]) if values[SHADOW] else None,
        format=values[FORMAT],
        lossy_quality=values[LOSSY_QUALITY],
        compression=values[COMPRESSION],
        color=values[COLOR],
    )


def read_variants(text: str) -> tuple[Variant, ...]:
    """The variants of a JSON list, each as a request of its own would ask for it."""
    try:
        # A name given twice must be seen, as in any other body form.
        listed = read_nested(text, _Pairs)
    except ValueError as error:
        raise _refused("text that is not JSON") from error
    if not isinstance(listed, list) or isinstance(listed, _Pairs):
        raise _refused("something else")
    if not 1 <= len(listed) <= MAX_VARIANTS:
        raise _refused(f"{len(listed)} of them")
    variants = tuple(_read_one(one) for one in listed)
    if len({variant.name.lower() for variant in variants}) < len(variants):
        raise InvalidParameterError(VARIANTS.name, "a name of its own for each variant", "the same twice")
    return variants


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as its names and values in order."""


def _read_one(one: object) -> Variant:
    if not isinstance(one, _Pairs):
        raise _refused("one that is no object")
    names = [value for key, value in one if key == "name"]
    if len(names) != 1 or not isinstance(names[0], str) or not _NAME.fullmatch(names[0]):
        expected = "a name of 1 to 64 letters, digits, - and _ in each variant"
        raise InvalidParameterError(VARIANTS.name, expected, str(names[0]) if names else "none")
    fields = tuple((key, _as_text(value)) for key, value in one if key != "name" and value is not None)
    inbound = Inbound(fields=fields)
    refuse_strays(inbound, (*names_of(OF_A_VARIANT), *SCENE.urls))
    return read_variant(inbound, names[0])


def _as_text(value: object) -> str:
    if isinstance(value, list):
        raise _refused("a list within an object")
    return value if isinstance(value, str) else json.dumps(value)


def _refused(received: str) -> InvalidParameterError:
    return InvalidParameterError(VARIANTS.name, VARIANTS.expected, received)


def _crop(values: Values) -> Crop | None:
    crop = values[CROP]
    return None if crop is None else Crop(values[CROP_MARGIN], crop.ratio)


def _frame(values: Values) -> Frame | None:
    width, height = values[WIDTH], values[HEIGHT]
    return None if width is None and height is None else Frame(width, height, values[FIT])


def _backdrop(values: Values, picture: Source | None) -> Backdrop | None:
    if picture is not None or values[BG_BLUR] is not None:
        return Scene(picture, values[BG_BLUR])
    return values[BG_COLOR] or values[BG_GRADIENT]
