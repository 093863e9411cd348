"""What `/openapi.json` says of remove.bg's routes."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.reading.description import FORM, bodies, in_query
from handler.dialects.removebg.parameters import SCENE, SOURCE, TABLE

_SECURITY: list[dict[str, list[str]]] = [{"RemoveBgKey": []}]
SECURITY_SCHEMES: Mapping[str, Any] = {
    "RemoveBgKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
}
_ERROR = {
    "description": "The first entry of errors says what is wrong; nothing is charged.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "errors": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {name: {"type": "string"} for name in ("title", "code", "detail")},
                        },
                    }
                },
            }
        }
    },
}
_ERRORS = dict.fromkeys(("400", "402", "403", "429", "500", "503"), _ERROR)
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_PICTURES = ("image/png", "image/jpeg", "image/webp", "application/zip")


def _with_scene(described: dict[str, Any]) -> dict[str, Any]:
    for media_type, body in described.items():
        body["schema"]["properties"].update(SCENE.schema(files=media_type == FORM))
    return described


REMOVE: Mapping[str, Any] = {
    "operationId": "removebg",
    "summary": "remove.bg: remove the background of a picture",
    "security": _SECURITY,
    "parameters": in_query(TABLE),
    "requestBody": {"required": True, "content": _with_scene(bodies(TABLE, SOURCE))},
    "responses": {
        "200": {
            "description": "The picture, or JSON with data.result_b64 where only that is accepted.",
            "content": {
                "application/json": {"schema": {"type": "object"}},
                **dict.fromkeys(_PICTURES, _BINARY),
            },
        },
        **_ERRORS,
    },
}
ACCOUNT: Mapping[str, Any] = {
    "operationId": "removebg_account",
    "summary": "remove.bg: the account's credits",
    "security": _SECURITY,
    "responses": {
        "200": {
            "description": "data.attributes.credits.total is what is left.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **_ERRORS,
    },
}
IMPROVE: Mapping[str, Any] = {
    "operationId": "removebg_improve",
    "summary": "remove.bg: hand in a picture that came out badly",
    "security": _SECURITY,
    "requestBody": {"required": True, "content": bodies((), SOURCE)},
    "responses": {
        "200": {
            "description": "The id of what was handed in.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **_ERRORS,
    },
}
