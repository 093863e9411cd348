"""Processing a kept picture into variants, each with an address of its own."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handler.dialects.answers import Headers, credits_of, json_answer
from handler.dialects.backgroundcut.row import Row
from handler.dialects.backgroundcut.uploading import TOKEN_SECONDS, present_token
from handler.dialects.base import SIGNED_REQUEST, Inbound, Outbound
from handler.dialects.reading.nested import read_nested
from handler.dialects.reading.strays import ignored_header
from handler.domain.errors import InvalidParameterError, MalformedBodyError
from handler.domain.request import (
    Crop,
    Cut,
    CutoutRequest,
    Delivery,
    Format,
    Quality,
    StoredImage,
    TokenRequest,
    Variant,
)
from handler.domain.result import CutoutResult, Outcome

FILENAME, VARIANTS = "unique_filename", "output_variants"
MAX_VARIANTS = 20
DEFAULT_MAX_RESOLUTION, MAX_RESOLUTION = 12_000_000, 10**9
PROCESS = "/v3/remove-bg/process-image"
_FORMATS = {"png": Format.PNG, "jpg": Format.JPG, "jpeg": Format.JPG, "webp": Format.WEBP}

_KEYS = frozenset(
    (
        "variant_name",
        "max_resolution",
        "format",
        "background_color",
        "quality",
        "output_compression",
        "autocrop",
    )
)

Body = Mapping[str, Any]


def parse_process(inbound: Inbound) -> CutoutRequest:
    """Read which picture and which variants of it."""
    return _request(_body(inbound))


def parse_process_ticket(inbound: Inbound) -> TokenRequest:
    """Ask for a token for exactly this call; what could not be done is refused now, not when it is used."""
    body = _body(inbound)
    _request(body)
    asked = {name: body[name] for name in (FILENAME, VARIANTS) if name in body}
    payload = json.dumps(asked, separators=(",", ":"))
    return TokenRequest("POST", f"{PROCESS}/presigned/", payload, TOKEN_SECONDS)


def present_process_ticket(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Hand out the token."""
    return present_token(outcome, _ignored(inbound))


def parse_granted(inbound: Inbound) -> CutoutRequest:
    """Do what the token was issued for, whatever else the body holds."""
    return _request(_asked(inbound))


def present_urls(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Say where each variant is to be had, and the picture that they were made of."""
    if not isinstance(outcome, CutoutResult):
        raise TypeError(outcome)
    content = {
        FILENAME: str(_asked(inbound)[FILENAME]),
        "input_url": outcome.input_link,
        "output_urls": {rendering.name: rendering.link for rendering in outcome.renderings},
    }
    headers = (
        ("X-Credits-Charged", str(credits_of(outcome.hold.amount))),
        ("X-Credits-Remaining", str(credits_of(outcome.hold.remaining))),
        ("X-Model", outcome.rendering.model),
        *_ignored(inbound),
    )
    return json_answer(200, content, headers)


def _ignored(inbound: Inbound) -> Headers:
    """Name what had no meaning, in the variants too; beside a token nothing has one."""
    known = (FILENAME, VARIANTS, SIGNED_REQUEST) if inbound.grant is None else (SIGNED_REQUEST,)
    keys = [key for row in _asked(inbound).get(VARIANTS, ()) for key in row if key not in _KEYS]
    fields = (*inbound.fields, *((f"{VARIANTS}[].{key}", "") for key in keys))
    return ignored_header(replace(inbound, fields=fields), known)


def _asked(inbound: Inbound) -> Body:
    """What is to be processed: the token's payload where one opened the call, else the body."""
    asked: Body = _body(inbound) if inbound.grant is None else json.loads(inbound.grant)
    return asked


def _body(inbound: Inbound) -> Body:
    kind = inbound.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise InvalidParameterError("Content-Type", "application/json", kind or "nothing")
    body: dict[str, Any] = dict(inbound.fields)
    if VARIANTS in body:
        body[VARIANTS] = _list_of(body[VARIANTS])
    return body


def _list_of(text: str) -> list[Any]:
    try:
        rows = read_nested(text)
    except ValueError as error:
        raise MalformedBodyError(f"{VARIANTS} is no list") from error
    if not isinstance(rows, list):
        raise InvalidParameterError(VARIANTS, "a list of variants", type(rows).__name__)
    return rows


def _request(body: Body) -> CutoutRequest:
    filename = body.get(FILENAME)
    if not isinstance(filename, str) or not filename:
        raise InvalidParameterError(FILENAME, "the name that an upload was answered with", "nothing")
    rows = body.get(VARIANTS, [{}])
    if not 1 <= len(rows) <= MAX_VARIANTS:
        raise InvalidParameterError(VARIANTS, f"1 to {MAX_VARIANTS} variants", str(len(rows)))
    variants = tuple(_variant(row) for row in rows)
    for name, times in Counter(variant.name for variant in variants).items():
        if times > 1:
            raise InvalidParameterError("variant_name", "a name of its own for each variant", f"{name} twice")
    cropped = sum(variant.crop is not None for variant in variants)
    return CutoutRequest(
        StoredImage(filename),
        Cut(quality=variants[0].quality or Quality.HIGH),
        variants,
        Delivery.LINKS,
        ("backgroundcut.picture", *["backgroundcut.autocropped_variant"] * cropped),
    )


def _variant(row: object) -> Variant:
    if not isinstance(row, dict):
        raise InvalidParameterError(VARIANTS, "objects", json.dumps(row))
    read = Row(row)
    file_format, background = read.choice("format", _FORMATS, "png"), read.colour("background_color")
    if file_format is Format.JPG and background is None:
        expected = "a colour with format jpg, which has no transparency"
        raise InvalidParameterError("background_color", expected, "none")
    return Variant(
        name=read.name("variant_name"),
        max_pixels=read.count("max_resolution", DEFAULT_MAX_RESOLUTION, MAX_RESOLUTION),
        format=file_format,
        background=background,
        quality=read.choice("quality", {quality.value: quality for quality in Quality}, "high"),
        lossy_quality=read.count("output_compression", 85, 100),
        crop=Crop() if read.flag("autocrop") else None,
    )
