"""What `/openapi.json` says of PicWish's operations."""

from typing import Any

from handler.dialects.picwish.parameters import SCENE, SOURCE, TABLE
from handler.dialects.reading.description import FORM, JSON, URLENCODED, options

SECURITY_SCHEMES = {"PicWish": {"type": "apiKey", "in": "header", "name": "X-API-KEY"}}
_SECURITY: list[dict[str, list[str]]] = [{"PicWish": []}]
_TEXT, _NUMBER = {"type": "string"}, {"type": "number"}
_TASK = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("task_id", "created_at", "processed_at", "completed_at", "image", "mask"), _TEXT),
        **dict.fromkeys(("progress", "state", "return_type"), _NUMBER),
        "state_detail": _TEXT,
    },
}
_ENVELOPE = {
    "type": "object",
    "required": ["status", "message", "data"],
    "properties": {"status": _NUMBER, "message": _TEXT, "data": _TASK},
}


def _body(*, files: bool) -> dict[str, Any]:
    properties = {**SOURCE.schema(files=files), **SCENE.schema(files=files), **options(TABLE)}
    return {"schema": {"type": "object", "properties": properties}}


def _operation(name: str, summary: str, **more: object) -> dict[str, Any]:
    content = {JSON: {"schema": _ENVELOPE}}
    return {
        "operationId": f"picwish_{name}",
        "summary": f"PicWish: {summary}",
        "tags": ["picwish"],
        "security": _SECURITY,
        "responses": {
            "200": {"description": "The task; with return_type=3 the file itself.", "content": content},
            **{
                str(status): {"description": "What is wrong.", "content": content}
                for status in (400, 401, 402, 404, 413, 429, 503)
            },
        },
        **more,
    }


CREATE = _operation(
    "create",
    "cut out a picture",
    requestBody={
        "required": True,
        "content": {media_type: _body(files=media_type == FORM) for media_type in (FORM, URLENCODED, JSON)},
    },
)
QUERY = _operation(
    "query",
    "how a task stands",
    parameters=[{"name": "task_id", "in": "path", "required": True, "schema": _TEXT}],
)
