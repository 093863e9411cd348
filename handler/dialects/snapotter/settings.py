"""The one text field that holds all parameters: a JSON object, read as what every table reads."""

import json
import math
from dataclasses import replace

from handler.dialects.answers import Headers
from handler.dialects.base import Inbound
from handler.dialects.reading.nested import read_nested
from handler.dialects.reading.parameter import Table, Values, names_of, read_parameters
from handler.dialects.reading.strays import ignored_header
from handler.domain.errors import MalformedBodyError

FIELD = "settings"
_MAX_CHARS = 20_000
# A slider's number may have more digits than anybody means.
_DIGITS = 9

Pairs = tuple[tuple[str, str], ...]


def read_settings(inbound: Inbound, table: Table, *, required: bool = False) -> Values:
    """What the settings give each parameter of a table."""
    return read_parameters(table, _pairs(inbound, required=required))


def ignored(inbound: Inbound, table: Table, others: tuple[str, ...]) -> Headers:
    """Tell which settings and fields had no meaning; files have one under any name."""
    fields = tuple(pair for pair in inbound.fields if pair[0] != FIELD)
    flat = replace(inbound, fields=(*fields, *_pairs(inbound)), files=())
    return ignored_header(flat, (*names_of(table), *others))


def _pairs(inbound: Inbound, *, required: bool = False) -> Pairs:
    texts = [text for name, text in inbound.fields if name == FIELD and text.strip()]
    if not texts:
        if required:
            raise MalformedBodyError("No settings provided")
        return ()
    if len(texts) > 1 or len(texts[0]) > _MAX_CHARS:
        raise MalformedBodyError(f"Settings must be one JSON object of at most {_MAX_CHARS} characters")
    try:
        settings = read_nested(texts[0])
    except ValueError as error:
        raise MalformedBodyError("Settings must be valid JSON") from error
    if not isinstance(settings, dict):
        raise MalformedBodyError("Settings must be valid JSON: an object")
    return tuple((name, _text(value)) for name, value in settings.items() if value is not None)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return f"{round(value, _DIGITS):.12g}"
    return json.dumps(value)
