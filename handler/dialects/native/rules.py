"""Parameters that say nothing together: what would be accepted and then not be seen in the answer."""

from collections.abc import Iterable, Iterator
from typing import Any

from handler.dialects.native.table.back import (
    BG_BLUR,
    BG_COLOR,
    BG_GRADIENT,
    CHANNELS,
    SHADOW,
    SHADOW_OPACITY,
)
from handler.dialects.native.table.cut import DECONTAMINATE
from handler.dialects.native.table.out import COLOR, COMPRESSION, FORMAT, LOSSY_QUALITY
from handler.dialects.native.table.shape import (
    CROP,
    CROP_MARGIN,
    FIT,
    HEIGHT,
    MAX_PIXELS,
    POSITION,
    SCALE,
    WIDTH,
)
from handler.dialects.reading.parameter import Parameter, Values
from handler.domain.errors import InvalidParameterError
from handler.domain.request import Channels, Compression, Format, Variant

WITHOUT_COLOURS = "no value with channels=alpha, or channels=rgba or rgb"
_Rule = tuple[Parameter[Any], bool, str]


def refuse_without_effect(values: Values, scene: str | None) -> None:
    """Refuse the first without effect and say what to change; `scene` names a background picture's field."""
    _refuse_two_backdrops(values, scene)
    if scene and values[CHANNELS] is Channels.ALPHA:
        raise InvalidParameterError(scene, WITHOUT_COLOURS, "a picture")
    for parameter, is_idle, way_out in (*_shape_rules(values), *_back_rules(values), *_file_rules(values)):
        if is_idle:
            raise values.refusal(parameter, way_out)


def refuse_idle_cleaning(values: Values, variants: Iterable[Variant]) -> None:
    """Refuse to clean colours that no variant shows: a matte has none, a plain zip the original's."""
    if _is_asked(values, DECONTAMINATE) and not any(map(_shows_clean_colours, variants)):
        raise values.refusal(DECONTAMINATE, "no value where the answer holds no cleaned colours")


def _shows_clean_colours(variant: Variant) -> bool:
    is_bare = variant.background is None and variant.shadow is None
    return variant.channels is not Channels.ALPHA and not (variant.format is Format.ZIP and is_bare)


def _is_asked(values: Values, parameter: Parameter[Any]) -> bool:
    """Whether it is given and says anything: a default that is spelled out harms nobody."""
    return parameter in values and values[parameter] != parameter.default


def _refuse_two_backdrops(values: Values, scene: str | None) -> None:
    asked: list[Parameter[Any]] = [each for each in (BG_COLOR, BG_GRADIENT) if each in values]
    if BG_BLUR in values and not scene:
        asked.append(BG_BLUR)
    if len(asked) + (scene is not None) > 1:
        expected = "no value beside another background, but bg_blur with a background picture,"
        raise values.refusal(asked[-1], expected)


def _shape_rules(values: Values) -> Iterator[_Rule]:
    is_framed = values[WIDTH] is not None or values[HEIGHT] is not None
    is_scaled = values[SCALE] is not None
    yield (
        CROP_MARGIN,
        _is_asked(values, CROP_MARGIN) and values[CROP] is None,
        "no value without crop=true or a ratio",
    )
    yield (
        POSITION,
        is_scaled and POSITION in values and values[POSITION] is None,
        "another value than original with a scale",
    )
    yield FIT, _is_asked(values, FIT) and not is_framed, "contain without width or height"
    yield MAX_PIXELS, is_framed and MAX_PIXELS in values, "no value beside width or height"


def _back_rules(values: Values) -> Iterator[_Rule]:
    for parameter in (BG_COLOR, BG_GRADIENT, BG_BLUR, SHADOW, COLOR):
        has_no_colours = values[CHANNELS] is Channels.ALPHA
        yield parameter, has_no_colours and _is_asked(values, parameter), WITHOUT_COLOURS
    yield (
        SHADOW_OPACITY,
        _is_asked(values, SHADOW_OPACITY) and not values[SHADOW],
        "no value without shadow=drop",
    )
    yield (
        CHANNELS,
        _is_asked(values, CHANNELS) and values[FORMAT] is Format.ZIP,
        "rgba with format=zip, which holds colours and alpha,",
    )


def _file_rules(values: Values) -> Iterator[_Rule]:
    written = values[FORMAT]
    yield (
        COMPRESSION,
        values[COMPRESSION] is Compression.SMALL and written not in {Format.PNG, Format.AUTO},
        f"fast with format={written}, or format=png",
    )
    yield (
        LOSSY_QUALITY,
        _is_asked(values, LOSSY_QUALITY) and written is Format.PNG,
        "no value with format=png, which loses nothing,",
    )
