"""What `/openapi.json` says of the native operations, made from the parameter table."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.native.described_headers import EVERY, OF_ERRORS, PICTURE
from handler.dialects.native.parameters import PARAMETERS

_OPTIONS = {
    parameter.name: {**parameter.schema, "description": parameter.description} for parameter in PARAMETERS
}
_FILE = {"type": "string", "format": "binary", "description": "The picture, at most 20 MB and 50 megapixels."}
_BASE64 = {"type": "string", "description": "The picture as base64, with or without a data: prefix."}
_URL = {
    "type": "string",
    "format": "uri",
    "description": "Where the picture is to be had: an http or https address on the public Internet, ports "
    "80 and 443 only, at most 3 redirects and 8 seconds.",
}
_FILES = {"image_file": _FILE, "file": {**_FILE, "description": "The same as image_file."}}
_URLS = {"image_url": _URL, "url": {**_URL, "description": "The same as image_url."}}
_TEXTS = {"image_b64": _BASE64, **_URLS}
_ERROR = {
    "type": "object",
    "required": ["code", "message", "request_id"],
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "details": {"description": "An object with field, expected and received, or a sentence."},
        "request_id": {"type": "string"},
    },
}
_MEANINGS = {
    400: "The picture or a parameter is not taken; the code says which.",
    401: "The key is missing, malformed, unknown or revoked.",
    402: "The balance does not cover the price.",
    403: "The account is suspended.",
    409: "A request with the same Idempotency-Key is still running.",
    422: "The Idempotency-Key was used for another request.",
    429: "Too many requests; Retry-After says when to come back.",
    500: "A defect of the service.",
    502: "The model failed.",
    503: "Busy, or the accounts are out of reach; Retry-After says when to come back.",
    504: "The work took too long and was stopped.",
}
_SECURITY: list[dict[str, list[str]]] = [{"ApiKey": []}, {"Bearer": []}]
SECURITY_SCHEMES = {
    "ApiKey": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "Bearer": {"type": "http", "scheme": "bearer"},
}


def _errors(*statuses: int) -> dict[str, Any]:
    content = {"application/json": {"schema": _ERROR}}
    return {
        str(status): {
            "description": _MEANINGS[status],
            "headers": {**EVERY, **OF_ERRORS.get(status, {})},
            "content": content,
        }
        for status in statuses
    }


def _body(source: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "schema": {
            "type": "object",
            "oneOf": [{"required": [name]} for name in source],
            "properties": {**source, **_OPTIONS},
            "additionalProperties": False,
        }
    }


_IN_QUERY = [
    {
        "name": parameter.name,
        "in": "query",
        "description": f"{parameter.description} Here where the body is the picture itself, else as a field.",
        "schema": parameter.schema,
    }
    for parameter in PARAMETERS
]
_PICTURES = {
    media_type: {"schema": {"type": "string", "format": "binary"}}
    for media_type in ("image/png", "image/jpeg", "image/webp")
}

REMOVE: Mapping[str, Any] = {
    "operationId": "remove",
    "summary": "Remove the background of a picture",
    "description": "The answer's body is the finished picture. Nothing is charged for an error.",
    "security": _SECURITY,
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Repeats of this request with the same key are answered once and charged once.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        },
        *_IN_QUERY,
    ],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": _body({**_FILES, **_TEXTS}),
            "application/json": _body(_TEXTS),
            "application/x-www-form-urlencoded": _body(_TEXTS),
            "image/*": {"schema": _FILE},
        },
    },
    "responses": {
        "200": {"description": "The finished picture.", "headers": PICTURE, "content": _PICTURES},
        **_errors(400, 401, 402, 403, 409, 422, 429, 500, 502, 503, 504),
    },
}

ME: Mapping[str, Any] = {
    "operationId": "me",
    "summary": "The account behind the key, and its credits",
    "security": _SECURITY,
    "responses": {
        "200": {
            "headers": EVERY,
            "description": "What is left is maxCredits - usedCredits.",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["organizationId", "plan", "maxCredits", "usedCredits"],
                        "properties": {
                            "organizationId": {"type": "string"},
                            "plan": {"type": "string"},
                            "maxCredits": {"type": "number"},
                            "usedCredits": {"type": "number"},
                            "autoRechargeThreshold": {"type": ["number", "null"]},
                        },
                    }
                }
            },
        },
        **_errors(400, 401, 403, 503),
    },
}
