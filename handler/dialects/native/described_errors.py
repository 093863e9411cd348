"""Refusals and failures of native operations, as `/openapi.json` describes them."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.native.described_headers import EVERY, OF_ERRORS

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
    404: "There is no such job.",
    409: "A request with the same Idempotency-Key is still running.",
    410: "The results have expired.",
    422: "The Idempotency-Key was used for another request.",
    429: "Too many requests; Retry-After says when to come back.",
    500: "A defect of the service.",
    502: "The model failed.",
    503: "Busy, or the accounts are out of reach; Retry-After says when to come back.",
    504: "The work took too long and was stopped.",
}
SECURITY: list[dict[str, list[str]]] = [{"ApiKey": []}, {"Bearer": []}]
SECURITY_SCHEMES: Mapping[str, Any] = {
    "ApiKey": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "Bearer": {"type": "http", "scheme": "bearer"},
}


def errors(*statuses: int) -> dict[str, Any]:
    """The answers of these statuses."""
    content = {"application/json": {"schema": _ERROR}}
    return {
        str(status): {
            "description": _MEANINGS[status],
            "headers": {**EVERY, **OF_ERRORS.get(status, {})},
            "content": content,
        }
        for status in statuses
    }
