"""What `/openapi.json` says of BackgroundCut's operations."""

from typing import Any

from handler.dialects.backgroundcut.cutting import V1, V2, Cutting
from handler.dialects.reading.description import FORM, bodies

SECURITY_SCHEMES = {"BackgroundCut": {"type": "http", "scheme": "bearer"}}
_KEY: list[dict[str, list[str]]] = [{"BackgroundCut": []}]
_TOKEN = {"name": "signed_request", "in": "query", "required": True, "schema": {"type": "string"}}
_STRING, _FLAG = {"type": "string"}, {"type": "boolean", "default": False}
_VARIANT = {
    "type": "object",
    "properties": {
        "variant_name": {"type": "string", "default": "default"},
        "max_resolution": {"type": "integer", "default": 12_000_000, "description": "Most pixels."},
        "format": {"type": "string", "enum": ["png", "jpg", "webp"], "default": "png"},
        "background_color": {"type": ["string", "null"], "description": "Needed with jpg."},
        "quality": {"type": "string", "enum": ["high", "medium", "low"], "default": "high"},
        "output_compression": {"type": "integer", "minimum": 1, "maximum": 100, "default": 85},
        "autocrop": _FLAG,
    },
}
_WANTED = {
    "type": "object",
    "required": ["unique_filename"],
    "properties": {
        "unique_filename": _STRING,
        "output_variants": {"type": "array", "maxItems": 20, "items": _VARIANT},
    },
}
_IMAGE = {
    "type": "object",
    "required": ["image"],
    "properties": {"image": {"type": "string", "format": "binary"}},
}
_TICKET = {"type": "object", "properties": {"signed_request": _STRING}}
_KEPT = {"type": "object", "properties": {"unique_filename": _STRING}}
_MADE = {
    "type": "object",
    "properties": {
        "unique_filename": _STRING,
        "input_url": _STRING,
        "output_urls": {"type": "object", "additionalProperties": _STRING},
    },
}
_ERROR = {"type": "object", "properties": {"detail": _STRING}}


def _operation(name: str, summary: str, answer: dict[str, Any], **more: object) -> dict[str, Any]:
    refusal = {"description": "What is wrong, in a sentence.", "content": _json(_ERROR)}
    return {
        "operationId": f"backgroundcut_{name}",
        "summary": f"BackgroundCut: {summary}",
        "tags": ["backgroundcut"],
        "responses": {
            "200": {"description": "Done.", "content": _json(answer)},
            **{str(status): refusal for status in (400, 401, 402, 404, 429, 503)},
        },
        **more,
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


_FORM = {"required": True, "content": {"multipart/form-data": {"schema": _IMAGE}}}
_BODY = {"required": True, "content": _json(_WANTED)}

UPLOAD = _operation("upload", "keep a picture", _KEPT, security=_KEY, requestBody=_FORM)
UPLOAD_TICKET = _operation("upload_ticket", "a token for one upload", _TICKET, security=_KEY)
UPLOAD_ONCE = _operation(
    "upload_once", "keep a picture, with a token", _KEPT, parameters=[_TOKEN], requestBody=_FORM
)
PROCESS = _operation("process", "variants of a kept picture", _MADE, security=_KEY, requestBody=_BODY)
PROCESS_TICKET = _operation(
    "process_ticket", "a token for exactly this processing", _TICKET, security=_KEY, requestBody=_BODY
)
PROCESS_ONCE = _operation(
    "process_once",
    "the processing that the token is for",
    _MADE,
    requestBody={"required": True, "content": _json(_TICKET)},
)
AI_BACKGROUND = _operation("ai_background", "coming soon, there as here", _ERROR, security=_KEY)
_PICTURE = {"schema": {"type": "string", "format": "binary"}}


def _cut(name: str, cutting: Cutting) -> dict[str, Any]:
    described = _operation(
        name,
        f"cut out a picture, as {name[-2:]} does",
        {},
        security=_KEY,
        requestBody={"required": True, "content": bodies(cutting.table, cutting.source, (FORM,))},
    )
    content = dict.fromkeys(("image/png", "image/webp"), _PICTURE)
    described["responses"]["200"] = {"description": "The cut-out.", "content": content}
    return described


CUT_V1, CUT_V2 = _cut("cut_v1", V1), _cut("cut_v2", V2)
INPAINT = _operation("inpaint", "coming soon, there as here", _ERROR, security=_KEY)
