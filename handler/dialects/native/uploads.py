"""`POST /v1/uploads`: the way for pictures that one request does not carry."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from handler.dialects.answers import json_answer
from handler.dialects.base import Inbound, Outbound
from handler.dialects.native.described_errors import SECURITY, errors
from handler.dialects.native.described_headers import EVERY
from handler.dialects.reading.description import FORM, JSON, URLENCODED, body
from handler.dialects.reading.kinds import count, one_of
from handler.dialects.reading.parameter import Parameter, names_of, read_parameters
from handler.dialects.reading.strays import refuse_strays
from handler.domain.errors import InvalidParameterError
from handler.domain.keeping import ENDINGS
from handler.domain.request import UploadTicketRequest
from handler.domain.result import Outcome, UploadTicket


def _read_type(text: str) -> str:
    if text.lower() not in ENDINGS:
        raise ValueError(text)
    return text.lower()


CONTENT_TYPE: Parameter[str | None] = Parameter(
    name="content_type",
    read=_read_type,
    expected=one_of(ENDINGS),
    default=None,
    schema={"type": "string", "enum": list(ENDINGS)},
    description="The picture's type.",
)
BYTES = count("bytes", 1, None, None, "The picture's length; the form takes this much, and no more.")
TABLE = (CONTENT_TYPE, BYTES)


def parse_upload(inbound: Inbound) -> UploadTicketRequest:
    """Read what is going to be uploaded; both parameters are needed."""
    if inbound.files:
        raise InvalidParameterError("body", "no picture: it goes to the address in the answer", "a file")
    refuse_strays(inbound, names_of(TABLE))
    values = read_parameters(TABLE, (*inbound.query, *inbound.fields))
    media_type, size_bytes = values[CONTENT_TYPE], values[BYTES]
    if media_type is None:
        raise InvalidParameterError(CONTENT_TYPE.name, CONTENT_TYPE.expected, "nothing")
    if size_bytes is None:
        raise InvalidParameterError(BYTES.name, BYTES.expected, "nothing")
    return UploadTicketRequest(media_type, size_bytes)


def present_ticket(outcome: Outcome, _: Inbound) -> Outbound:
    """Tell how to send the picture: the fields as they are, then the file as `file`."""
    if not isinstance(outcome, UploadTicket):
        raise TypeError(outcome)
    return json_answer(
        200,
        {
            "upload_id": outcome.upload_id,
            "url": outcome.url,
            "method": "POST",
            "fields": dict(outcome.fields),
            "expires_at": datetime.fromtimestamp(outcome.expires_at, UTC).isoformat(timespec="seconds"),
            "max_bytes": outcome.max_bytes,
        },
    )


_BODY = {
    "schema": {
        **body(TABLE, {}, closed=True)["schema"],
        "oneOf": [{"required": list(names_of(TABLE))}],
    },
    "example": {"content_type": "image/jpeg", "bytes": 19_000_000},
}
_TICKET = {
    "type": "object",
    "required": ["upload_id", "url", "method", "fields", "expires_at", "max_bytes"],
    "properties": {
        "upload_id": {"type": "string", "description": "The picture's name, once it is there, for 24 hours."},
        "url": {"type": "string", "format": "uri", "description": "Where to send it."},
        "method": {"type": "string", "enum": ["POST"]},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Fields of a multipart/form-data body, as they are; the file comes last, as file.",
        },
        "expires_at": {"type": "string", "format": "date-time", "description": "Until when it is taken."},
        "max_bytes": {"type": "integer"},
    },
}

UPLOADS: Mapping[str, Any] = {
    "operationId": "uploads",
    "summary": "Upload a picture of up to 20 MB past the limits of one request",
    "description": "Answers a form that takes the picture; /v1/remove then takes its upload_id. Free.",
    "security": SECURITY,
    "requestBody": {"required": True, "content": dict.fromkeys((JSON, FORM, URLENCODED), _BODY)},
    "responses": {
        "200": {
            "description": "How to send the picture.",
            "headers": EVERY,
            "content": {JSON: {"schema": _TICKET}},
        },
        **errors(400, 401, 403, 429, 500, 503),
    },
}
