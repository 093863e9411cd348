"""Parameters that come as one JSON object in one text field."""

import json
import math
from dataclasses import replace

from handler.dialects.base import Inbound
from handler.dialects.reading.parameter import Table, Values, names_of, read_parameters
from handler.dialects.reading.strays import ignored_header
from handler.domain.errors import MalformedBodyError

FIELD = "settings"
MAX_CHARS = 20_000
# A slider's number may have more digits than anybody means.
_DIGITS = 9

Given = tuple[tuple[str, str], ...]


def read_settings(inbound: Inbound, table: Table, *, required: bool = False) -> Values:
    """What the object gives each parameter of a table."""
    return read_parameters(table, _members(inbound, required=required))


def ignored_settings(inbound: Inbound, table: Table, others: tuple[str, ...]) -> Given:
    """Tell which of its members, and which fields beside it, had no meaning; files have one of any name."""
    fields = tuple(pair for pair in inbound.fields if pair[0] != FIELD)
    flat = replace(inbound, fields=(*fields, *_members(inbound)), files=())
    return ignored_header(flat, (*names_of(table), *others))


def _members(inbound: Inbound, *, required: bool = False) -> Given:
    texts = [text for name, text in inbound.fields if name == FIELD and text.strip()]
    if not texts:
        if required:
            raise MalformedBodyError("No settings provided")
        return ()
    if len(texts) > 1 or len(texts[0]) > MAX_CHARS:
        raise MalformedBodyError(f"Settings must be one JSON object of at most {MAX_CHARS} characters")
    try:
        settings = json.loads(texts[0])
    except (ValueError, RecursionError) as error:
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
