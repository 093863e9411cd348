"""What `/openapi.json` says of `/v1/jobs`."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.native.described_errors import SECURITY, errors
from handler.dialects.native.described_headers import EVERY
from handler.dialects.native.openapi import SCENE_SCHEMAS, SOURCE_SCHEMAS
from handler.dialects.native.table import CUT, OF_A_VARIANT
from handler.dialects.native.table.out import VARIANTS
from handler.dialects.reading.description import FORM, JSON, URLENCODED, options

_MANY: Mapping[str, Any] = {
    "sources": {
        "type": "string",
        "contentMediaType": "application/json",
        "description": "Up to 50 pictures: a JSON list of addresses, or of objects with one of image_url, "
        "image_b64 and upload_id. Files may also come as several image_file parts.",
        "examples": ['["https://example.com/a.jpg", {"upload_id": "..."}]'],
    },
    "archive": {
        "type": "string",
        "format": "binary",
        "description": "A zip of up to 50 pictures; the results come as one zip too.",
    },
    "webhook_url": {
        "type": "string",
        "format": "uri",
        "description": "An https address that is told of the job's end, signed as Standard Webhooks says.",
    },
}
_IN_JSON = {
    name: schema
    for name, schema in {**SOURCE_SCHEMAS, **_MANY, **SCENE_SCHEMAS}.items()
    if schema.get("format") != "binary"
}
_LISTED = {"sources": {**_MANY["sources"], "type": ["string", "array"]}}
_OPTIONS = options((*CUT, *OF_A_VARIANT, VARIANTS))
_PATH = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def _body(properties: Mapping[str, Any], example: Mapping[str, Any]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {**properties, **_OPTIONS},
        "additionalProperties": False,
    }
    return {"schema": schema, "example": example}


_TIME = {"type": ["string", "null"], "format": "date-time"}
_ERROR = {"type": ["object", "null"], "description": "code and message, where it failed."}
_JOB = {
    "type": "object",
    "required": ["id", "status", "progress", "created_at"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "status": {"type": "string", "enum": ["queued", "processing", "completed", "failed"]},
        "progress": {"type": "number", "minimum": 0, "maximum": 1},
        "stage": {"type": ["string", "null"], "description": "What was last done to the picture in work."},
        "result_url": {
            "type": ["string", "null"],
            "description": "Where the result is for an hour from now; of several, all in one zip.",
        },
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "index": {"type": "integer"},
                    "status": {"type": "string", "enum": ["waiting", "completed", "failed"]},
                    "result_url": {"type": ["string", "null"]},
                    "files": {"type": "array", "items": {"type": "object"}},
                    "error": _ERROR,
                },
            },
        },
        "credits": {"type": "number", "description": "Held, and once it has ended: charged."},
        "created_at": _TIME,
        "started_at": _TIME,
        "completed_at": _TIME,
        "expires_at": _TIME,
        "error": _ERROR,
        "webhook_attempts": {"type": "array", "items": {"type": "object"}},
    },
}


def _answer(description: str) -> dict[str, Any]:
    return {"description": description, "headers": EVERY, "content": {JSON: {"schema": _JOB}}}


_EXAMPLE = {"sources": '["https://example.com/a.jpg"]', "bg_color": "#ffffff", "format": "jpg"}
SUBMIT: Mapping[str, Any] = {
    "operationId": "submit_job",
    "summary": "Remove the backgrounds of one or many pictures, later",
    "description": "Takes what /v1/remove takes, for up to 50 pictures at once. A picture that fails does so "
    "alone and costs nothing. Results are kept for 24 hours.",
    "security": SECURITY,
    "requestBody": {
        "required": True,
        "content": {
            FORM: _body({**SOURCE_SCHEMAS, **_MANY, **SCENE_SCHEMAS}, {"archive": "@photos.zip"}),
            JSON: _body({**_IN_JSON, **_LISTED}, {**_EXAMPLE, "sources": ["https://example.com/a.jpg"]}),
            URLENCODED: _body(_IN_JSON, _EXAMPLE),
        },
    },
    "responses": {
        "202": _answer("Taken; Location is where to look."),
        **errors(400, 401, 402, 403, 409, 422, 429, 500, 503),
    },
}
LOOK: Mapping[str, Any] = {
    "operationId": "job",
    "summary": "How a job stands, and where its results are",
    "security": SECURITY,
    "parameters": [_PATH],
    "responses": {"200": _answer("The job."), **errors(400, 401, 403, 404, 410, 500, 503)},
}
CANCEL: Mapping[str, Any] = {
    "operationId": "cancel_job",
    "summary": "End a job, give back its credits, and forget its results",
    "security": SECURITY,
    "parameters": [_PATH],
    "responses": {
        "204": {"description": "There is no such job any longer."},
        **errors(400, 401, 403, 404, 500, 503),
    },
}
