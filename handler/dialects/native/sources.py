"""The pictures of a job: one or many, in every way that `/v1/remove` takes one."""

import json
from typing import Any

from handler.dialects.base import Inbound
from handler.dialects.native.archive import ARCHIVE, unpack
from handler.dialects.native.request import SOURCE
from handler.dialects.reading.nested import read_nested
from handler.domain.errors import InvalidParameterError, MissingImageError
from handler.domain.request import Source

SOURCES = "sources"
MAX_SOURCES = 50
_EXPECTED = (
    f"a JSON list of 1 to {MAX_SOURCES} addresses, or objects with one of {', '.join(SOURCE.of_texts)}"
)


def read_sources(inbound: Inbound) -> tuple[Source, ...]:
    """Give every picture: files first, then texts, then what `sources` lists, then what the archive holds."""
    pairs = (*inbound.query, *inbound.fields)
    found: list[Source] = []
    for upload in inbound.files:
        if upload.name in SOURCE.every:
            found += _given(Inbound(files=(upload,)))
    for name, text in pairs:
        if name in SOURCE.every:
            found += _given(Inbound(fields=((name, text),)))
        if name == SOURCES:
            found += _listed(text)
    for upload in inbound.files:
        if upload.name == ARCHIVE:
            found += unpack(upload.data, MAX_SOURCES)
    if not found:
        raise MissingImageError(f"{SOURCE.hint}; several of them in '{SOURCES}' or '{ARCHIVE}'")
    if len(found) > MAX_SOURCES:
        raise InvalidParameterError(SOURCES, f"at most {MAX_SOURCES} pictures", str(len(found)))
    return tuple(found)


def _given(inbound: Inbound) -> list[Source]:
    source = SOURCE.first(inbound)
    return [] if source is None else [source]


def _listed(text: str) -> list[Source]:
    try:
        listed = read_nested(text)
    except ValueError as error:
        raise InvalidParameterError(SOURCES, _EXPECTED, text) from error
    if not isinstance(listed, list) or not 0 < len(listed) <= MAX_SOURCES:
        raise InvalidParameterError(SOURCES, _EXPECTED, text)
    return [source for each in listed for source in _one(each)]


def _one(listed: Any) -> list[Source]:  # noqa: ANN401 # any JSON value
    if isinstance(listed, str):
        listed = {"image_url": listed}
    match listed:
        case dict() if len(listed) == 1:
            ((name, text),) = listed.items()
            if name in SOURCE.of_texts and isinstance(text, str):
                return _given(Inbound(fields=((name, text),)))
    raise InvalidParameterError(SOURCES, _EXPECTED, json.dumps(listed))
