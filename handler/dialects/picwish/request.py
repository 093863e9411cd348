"""Requests to PicWish's routes, read."""

import json
from dataclasses import dataclass

from handler.dialects.base import Inbound
from handler.dialects.picwish.parameters import (
    BG_COLOR,
    CROP,
    FORMAT,
    OUTPUT_TYPE,
    RETURN_TYPE,
    SCENE,
    SOURCE,
    SYNC,
    TABLE,
    TYPE,
    ReturnType,
)
from handler.dialects.reading.parameter import Values, read_parameters
from handler.dialects.reading.strays import without_blanks
from handler.domain.errors import InvalidParameterError
from handler.domain.request import (
    HOUR_SECONDS,
    Backdrop,
    Channels,
    Crop,
    Cut,
    CutoutRequest,
    Delivery,
    Format,
    JobQuery,
    JobRequest,
    Scene,
    Variant,
)

DIALECT = "picwish"
MAX_SIDE = 4096
IMAGE, MASK = "image", "mask"


@dataclass(frozen=True, slots=True)
class Memo:
    """What an answer needs to know of its request."""

    return_type: ReturnType
    sync: bool

    def text(self) -> str:
        """As a job keeps it."""
        return json.dumps([self.return_type, self.sync])

    @classmethod
    def read(cls, text: str) -> "Memo":
        """Read what a job kept."""
        return_type, sync = json.loads(text)
        return cls(ReturnType(return_type), sync)


def parse_task(sent: Inbound) -> JobRequest:
    """Read the picture, what is to become of it, and whether to wait for it."""
    inbound = without_blanks(sent)
    values = read_parameters(TABLE, (*inbound.query, *inbound.fields))
    memo = Memo(values[RETURN_TYPE], values[SYNC])
    if memo.return_type is ReturnType.BYTES:
        _check_that_bytes_can_be_answered(values)
    item = CutoutRequest(
        source=SOURCE.only(inbound),
        cut=Cut(subject=values[TYPE]),
        variants=_variants(values, _backdrop(inbound, values)),
        delivery=Delivery.LINKS,
        prices=(f"{DIALECT}.picture",),
        max_source_side=MAX_SIDE,
    )
    return JobRequest(
        items=(item,),
        dialect=DIALECT,
        wait=memo.sync,
        ttl_seconds=HOUR_SECONDS,
        with_bodies=memo.return_type is not ReturnType.URL,
        memo=memo.text(),
    )


def parse_query(inbound: Inbound) -> JobQuery:
    """Read which task is asked for."""
    return JobQuery(inbound.path["task_id"], DIALECT)


def _check_that_bytes_can_be_answered(values: Values) -> None:
    if not values[SYNC]:
        raise InvalidParameterError(RETURN_TYPE.name, "1 or 2 with sync=0, or sync=1", "3")
    if values[OUTPUT_TYPE].image and values[OUTPUT_TYPE].mask:
        raise InvalidParameterError(RETURN_TYPE.name, "1 or 2 with output_type=1, which is two files", "3")


def _variants(values: Values, background: Backdrop | None) -> tuple[Variant, ...]:
    crop = Crop() if values[CROP] else None
    image = Variant(name=IMAGE, crop=crop, background=background, format=values[FORMAT])
    mask = Variant(name=MASK, crop=crop, channels=Channels.ALPHA)
    output = values[OUTPUT_TYPE]
    return (*((image,) if output.image else ()), *((mask,) if output.mask else ()))


def _backdrop(inbound: Inbound, values: Values) -> Backdrop | None:
    pictures = SCENE.given(inbound)
    if len(pictures) + (BG_COLOR in values) > 1:
        raise InvalidParameterError("bg_*", "one background", "several")
    picture = SCENE.first(inbound)
    if picture is not None:
        return Scene(picture)
    return values[BG_COLOR] if values[FORMAT] is Format.JPG else None
