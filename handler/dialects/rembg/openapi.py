"""What `/openapi.json` says of rembg's two operations."""

from typing import Any

from handler.dialects.reading.description import FORM, in_query, options
from handler.dialects.rembg.parameters import QUERY_ONLY, TABLE

_PNG = {"image/png": {"schema": {"type": "string", "format": "binary"}}}
_RESPONSES: dict[str, Any] = {
    "200": {"description": "The cut-out, or its mask.", "content": _PNG},
    "303": {"description": "The cut-out is larger than the transport carries; Location leads to it."},
    "400": {"description": "The picture is not taken, or its address is not."},
    "402": {"description": "The balance does not cover the price."},
    "422": {"description": "A field is missing or malformed; the detail says which."},
}
_URL = {
    "name": "url",
    "in": "query",
    "required": True,
    "schema": {"type": "string", "format": "uri"},
    "description": "Address of the picture.",
}
_QUERY = in_query(TABLE)
_FORM = {
    "schema": {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "format": "binary"},
            **{name: schema for name, schema in options(TABLE).items() if name not in QUERY_ONLY},
        },
    }
}

GET: dict[str, Any] = {
    "operationId": "rembg_remove_by_url",
    "summary": "rembg: cut out a picture by its address",
    "tags": ["rembg"],
    "parameters": [_URL, *_QUERY],
    "responses": _RESPONSES,
}
POST: dict[str, Any] = {
    "operationId": "rembg_remove",
    "summary": "rembg: cut out an uploaded picture",
    "tags": ["rembg"],
    "parameters": [row for row in _QUERY if row["name"] in QUERY_ONLY],
    "requestBody": {"required": True, "content": {FORM: _FORM}},
    "responses": _RESPONSES,
}
