"""What `/openapi.json` says of 3D AI Studio's operations."""

from typing import Any

from handler.dialects.reading.description import FORM, JSON, bodies
from handler.dialects.threedaistudio.request import SOURCE, TABLE

SECURITY_SCHEMES = {"ThreeDAiStudio": {"type": "http", "scheme": "bearer"}}
_SECURITY: list[dict[str, list[str]]] = [{"ThreeDAiStudio": []}]
_TEXT, _NUMBER = {"type": "string"}, {"type": "number"}
_TASK = {"type": "object", "properties": {"task_id": _TEXT, "created_at": _TEXT}}
_STATUS = {
    "type": "object",
    "properties": {
        "status": {"type": "string", "enum": ["PENDING", "IN_PROGRESS", "FINISHED", "FAILED"]},
        "progress": _NUMBER,
        "failure_reason": {"type": ["string", "null"]},
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "asset": _TEXT,
                    "asset_url": _TEXT,
                    "asset_type": _TEXT,
                    "metadata": {"type": "object"},
                },
            },
        },
    },
}


def _operation(name: str, summary: str, schema: dict[str, Any], **more: object) -> dict[str, Any]:
    error = {"type": "object", "properties": {"detail": _TEXT}}
    refusal = {"description": "What is wrong, in a sentence.", "content": {JSON: {"schema": error}}}
    return {
        "operationId": f"threedaistudio_{name}",
        "summary": f"3D AI Studio: {summary}",
        "tags": ["threedaistudio"],
        "security": _SECURITY,
        "responses": {
            "200": {"description": "Done.", "content": {JSON: {"schema": schema}}},
            **{str(status): refusal for status in (400, 401, 402, 404, 410, 429, 503)},
        },
        **more,
    }


SUBMIT = _operation(
    "submit",
    "submit a picture",
    _TASK,
    requestBody={"required": True, "content": bodies(TABLE, SOURCE, (JSON, FORM))},
)
STATUS = _operation(
    "status",
    "how a task stands",
    _STATUS,
    parameters=[{"name": "task_id", "in": "path", "required": True, "schema": _TEXT}],
)
WALLET = _operation("wallet", "what is left", {"type": "object", "properties": {"balance": _NUMBER}})
