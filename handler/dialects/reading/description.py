"""The tables as OpenAPI describes them."""

from collections.abc import Iterable, Mapping
from typing import Any

from handler.dialects.reading.parameter import Parameter, Table
from handler.dialects.reading.source import SourceNames

FORM = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"
JSON = "application/json"


def options(table: Table) -> dict[str, Any]:
    """Every parameter as a property, under each of its names."""
    return {name: _option(parameter, name) for parameter in table for name in parameter.names}


def in_query(table: Table) -> list[dict[str, Any]]:
    """Every parameter as one of the address."""
    return [
        {"name": name, "in": "query", "schema": dict(parameter.schema), "description": parameter.description}
        for parameter in table
        for name in parameter.names
    ]


def body(table: Table, sources: Mapping[str, Any], *, closed: bool = False) -> dict[str, Any]:
    """One body form: exactly one source, and the table's options."""
    return {
        "schema": {
            "type": "object",
            "oneOf": [{"required": [name]} for name in sources],
            "properties": {**sources, **options(table)},
            **({"additionalProperties": False} if closed else {}),
        }
    }


def bodies(
    table: Table, names: SourceNames, media_types: Iterable[str] = (FORM, URLENCODED, JSON)
) -> dict[str, Any]:
    """The body in each form that the dialect takes; only a multipart form holds files."""
    return {media_type: body(table, names.schema(files=media_type == FORM)) for media_type in media_types}


def _option(parameter: Parameter[Any], name: str) -> dict[str, Any]:
    same = f"The same as {parameter.name}."
    return {**parameter.schema, "description": parameter.description if name == parameter.name else same}
