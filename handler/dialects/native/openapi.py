"""What `/openapi.json` says of the native operations, made from the parameter tables."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.native.described_errors import SECURITY, errors
from handler.dialects.native.described_headers import EVERY, LINK, PICTURE
from handler.dialects.native.table import EVERY as PARAMETERS
from handler.dialects.reading.description import FORM, JSON, URLENCODED, body, in_query

_FILE = {"type": "string", "format": "binary", "description": "The picture, at most 20 MB and 50 megapixels."}
_BASE64 = {"type": "string", "description": "The picture as base64, with or without a data: prefix."}
_URL = {
    "type": "string",
    "format": "uri",
    "description": "Where the picture is to be had: an http or https address on the public Internet, ports "
    "80 and 443 only, at most 3 redirects and 8 seconds.",
    "examples": ["https://example.com/photo.jpg"],
}
_UPLOAD = {"type": "string", "description": "The upload_id of a picture sent by way of /v1/uploads."}
_FILES = {"image_file": _FILE, "file": {**_FILE, "description": "The same as image_file."}}
_URLS = {"image_url": _URL, "url": {**_URL, "description": "The same as image_url."}}
_TEXTS = {"image_b64": _BASE64, **_URLS, "upload_id": _UPLOAD}
_SCENE_FILE = {
    "bg_image_file": {**_FILE, "description": "A picture behind the subject: centred, covering the canvas."}
}
_SCENE_URL = {"bg_image_url": {**_URL, "description": "Where a picture to lie behind the subject is."}}
SOURCE_SCHEMAS: Mapping[str, Any] = {**_FILES, **_TEXTS}
SCENE_SCHEMAS: Mapping[str, Any] = {**_SCENE_FILE, **_SCENE_URL}


def _body(
    sources: Mapping[str, Any], others: Mapping[str, Any], example: Mapping[str, Any]
) -> dict[str, Any]:
    described = body(PARAMETERS, sources, closed=True)
    described["schema"]["properties"].update(others)
    return {**described, "example": example}


_IN_QUERY = [
    {
        **one,
        "description": f"{one['description']} Here where the body is the picture itself, else as a field.",
    }
    for one in in_query(PARAMETERS)
]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FACTS = {
    "type": "object",
    "properties": {
        "result_b64": {"type": "string", "description": "The file as base64, or else result_url."},
        "result_url": {"type": "string", "format": "uri", "description": "Where the file is for an hour."},
        "name": {"type": "string"},
        "media_type": {"type": "string"},
        "bytes": {"type": "integer"},
        "width": {"type": "integer"},
        "height": {"type": "integer"},
        "foreground": {"type": "object", "description": "The subject's box: top, left, width and height."},
        "model": {"type": "string"},
        "matte_confidence": {"type": "number"},
        "matte_ambiguous_ratio": {"type": "number"},
        "results": {"type": "array", "description": "With variants: all of the above for each."},
        "credits_charged": {"type": "number"},
        "credits_remaining": {"type": "number"},
        "credits": {"type": "number", "description": "With dry_run: the price."},
        "cached": {"type": "boolean", "description": "Whether the matte was known already."},
    },
}
_ANSWERS = {
    "application/json": {"schema": _FACTS},
    **dict.fromkeys(("image/png", "image/jpeg", "image/webp", "image/avif", "application/zip"), _BINARY),
}
_EXAMPLE = {"size": "medium", "crop": "1:1", "crop_margin": "10%", "bg_color": "#ffffff", "format": "webp"}
_FROM_URL = {"image_url": "https://example.com/photo.jpg", **_EXAMPLE}

REMOVE: Mapping[str, Any] = {
    "operationId": "remove",
    "summary": "Remove the background of a picture",
    "description": "The answer's body is the finished picture. Nothing is charged for an error. Order of "
    "work: upright, roi, matte, source alpha, edge, crop and margin, scale and position, size or fit, "
    "shadow, background, file.",
    "security": SECURITY,
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Repeats of this request with the same key are answered once and charged once.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        },
        {
            "name": "If-None-Match",
            "in": "header",
            "description": "The ETag of an earlier answer; where it would be the same, the answer is 304.",
            "schema": {"type": "string"},
        },
        *_IN_QUERY,
    ],
    "requestBody": {
        "required": True,
        "content": {
            FORM: _body(SOURCE_SCHEMAS, SCENE_SCHEMAS, {"image_file": "@photo.jpg", **_EXAMPLE}),
            JSON: _body(_TEXTS, _SCENE_URL, _FROM_URL),
            URLENCODED: _body(_TEXTS, _SCENE_URL, _FROM_URL),
            "image/*": {"schema": _FILE},
        },
    },
    "responses": {
        "200": {
            "description": "The finished picture, or what response, variants and dry_run make of it.",
            "headers": PICTURE,
            "content": _ANSWERS,
        },
        "303": {
            "description": "The picture is too large for an answer: it is at Location for an hour.",
            "headers": LINK,
        },
        "304": {"description": "The picture is the one that If-None-Match names; nothing is charged."},
        **errors(400, 401, 402, 403, 409, 422, 429, 500, 502, 503, 504),
    },
}

ME: Mapping[str, Any] = {
    "operationId": "me",
    "summary": "The account behind the key, and its credits",
    "security": SECURITY,
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
        **errors(400, 401, 403, 503),
    },
}
