"""Requests to remove.bg's routes, read."""

from dataclasses import replace

from handler.dialects.base import Inbound
from handler.dialects.reading.measures import is_empty
from handler.dialects.reading.parameter import Values, read_parameters
from handler.dialects.reading.strays import without_blanks
from handler.dialects.removebg.parameters import (
    ADD_SHADOW,
    BACKGROUNDS,
    BG_COLOR,
    CHANNELS,
    CROP,
    CROP_MARGIN,
    FORMAT,
    KNOWN,
    POSITION,
    PREVIEW,
    ROI,
    SCALE,
    SCENE,
    SHADOW_OPACITY,
    SHADOW_TYPE,
    SIZE,
    SMALLEST,
    SOURCE,
    TABLE,
    TYPE,
)
from handler.domain.errors import InvalidParameterError, RegionEmptyError
from handler.domain.request import (
    Backdrop,
    BalanceRequest,
    Channels,
    Crop,
    Cut,
    CutoutRequest,
    Format,
    KeepRequest,
    Region,
    Scene,
    Shadow,
    Variant,
)


def parse_remove(sent: Inbound) -> CutoutRequest:
    """Read the picture and what to make of it."""
    inbound = without_blanks(sent)
    values = read_values(inbound)
    size = values[SIZE]
    request = CutoutRequest(
        source=SOURCE.only(inbound),
        cut=Cut(subject=values[TYPE], region=_region(values)),
        variants=(_variant(values, _backdrop(inbound, values)),),
        prices=(size.price,),
    )
    if not size.or_preview:
        return request
    small = replace(request.variants[0], max_pixels=SMALLEST.max_pixels)
    return replace(request, if_unaffordable=replace(request, variants=(small,), prices=(PREVIEW,)))


def read_values(inbound: Inbound) -> Values:
    """What the request gives each parameter."""
    return read_parameters(TABLE, (*inbound.query, *inbound.fields))


def known_to(values: Values) -> tuple[str, ...]:
    """Every name but those that this request leaves without a meaning."""
    has_no_colours = values[CHANNELS] is Channels.ALPHA and values[FORMAT] is not Format.ZIP
    idle: tuple[tuple[str, bool], ...] = (
        (CROP_MARGIN.name, not values[CROP] and values[CROP_MARGIN] != CROP_MARGIN.default),
        (SHADOW_OPACITY.name, not _is_shadowed(values) and SHADOW_OPACITY in values),
        *((name, has_no_colours) for name in (BG_COLOR.name, *SCENE.every)),
    )
    return tuple(name for name in KNOWN if (name, True) not in idle)


def parse_account(_: Inbound) -> BalanceRequest:
    """Whatever is asked beside the key has no meaning."""
    return BalanceRequest()


def parse_improve(sent: Inbound) -> KeepRequest:
    """Read a picture that came out badly; what is said of it beside is not kept."""
    return KeepRequest(SOURCE.only(without_blanks(sent)))


def _variant(values: Values, background: Backdrop | None) -> Variant:
    return Variant(
        max_pixels=values[SIZE].pixels_for(values[FORMAT]),
        crop=Crop(values[CROP_MARGIN]) if values[CROP] else None,
        scale=values[SCALE],
        position=values[POSITION],
        channels=values[CHANNELS],
        background=background,
        shadow=Shadow(values[SHADOW_OPACITY]) if _is_shadowed(values) else None,
        format=values[FORMAT],
    )


def _is_shadowed(values: Values) -> bool:
    return values[ADD_SHADOW] or values[SHADOW_TYPE]


def _region(values: Values) -> Region | None:
    region = values[ROI]
    if region is not None and is_empty(region):
        raise RegionEmptyError(values.texts[ROI.name])
    return region


def _backdrop(inbound: Inbound, values: Values) -> Backdrop | None:
    pictures = SCENE.given(inbound)
    if len(pictures) + (BG_COLOR in values) > 1:
        raise InvalidParameterError(BACKGROUNDS, "one background", "several")
    picture = SCENE.first(inbound)
    return values[BG_COLOR] if picture is None else Scene(picture)
