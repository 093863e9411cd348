"""What `/openapi.json` says of SnapOtter's operations."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.reading.description import FORM, JSON, options
from handler.dialects.reading.parameter import Table
from handler.dialects.snapotter import effects
from handler.dialects.snapotter.progress import EVENTS
from handler.dialects.snapotter.table import BACKDROP_FILE, REMOVAL

SECURITY_SCHEMES = {"SnapOtter": {"type": "http", "scheme": "bearer"}}
_SECURITY: list[dict[str, list[str]]] = [{}, {"SnapOtter": []}]
_TEXT, _NUMBER, _FILE = {"type": "string"}, {"type": "number"}, {"type": "string", "format": "binary"}
_SCENE = {BACKDROP_FILE: {**_FILE, "description": "With backgroundType image."}}
_JOB = {
    "clientJobId": {
        "type": "string",
        "format": "uuid",
        "description": "The job's name, if it is to be yours.",
    }
}
_ERROR = {"type": "object", "properties": {"error": _TEXT, "code": _TEXT, "details": _TEXT}}
_REFUSAL = {"description": "What is wrong.", "content": {JSON: {"schema": _ERROR}}}
_IN_PATH = {"in": "path", "required": True, "schema": _TEXT}
_EVENT = {
    "name": "event",
    "in": "query",
    "schema": {"type": "string", "enum": list(EVENTS), "default": EVENTS[0]},
}
_LAST = {"name": "Last-Event-ID", "in": "header", "schema": _TEXT, "description": "Where to go on."}


def form(table: Table, others: Mapping[str, Any]) -> dict[str, Any]:
    """A form whose settings are one JSON object."""
    properties = {**others, "settings": {"type": "object", "properties": options(table)}}
    schema = {"type": "object", "properties": properties}
    encoding = {"settings": {"contentType": JSON}}
    return {"required": True, "content": {FORM: {"schema": schema, "encoding": encoding}}}


def operation(
    name: str, summary: str, status: int, answer: Mapping[str, Any], **more: object
) -> dict[str, Any]:
    """One operation; its answers are told of by their media types."""
    return {
        "operationId": f"snapotter_{name}",
        "summary": f"SnapOtter: {summary}",
        "tags": ["snapotter"],
        "responses": {
            str(status): {"description": "Done.", "content": answer},
            **{str(refused): _REFUSAL for refused in (400, 401, 404, 410, 413, 422, 429, 503)},
        },
        **more,
    }


def _object(**properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {JSON: {"schema": {"type": "object", "properties": properties}}}


_ACCEPTED = _object(jobId=_TEXT, **{"async": {"type": "boolean"}})
_MADE = _object(jobId=_TEXT, downloadUrl=_TEXT, processedSize=_NUMBER)
_FILES = {"type": "array", "items": _FILE, "maxItems": 50}


def posts(generation: str) -> tuple[dict[str, Any], ...]:
    """Removal, effects and batch, which releases of either generation have at addresses of their own."""
    return (
        operation(
            f"{generation}_remove", "cut out a picture", 202, _ACCEPTED, security=_SECURITY,
            requestBody=form(REMOVAL, {"file": _FILE, **_SCENE, **_JOB}),
        ),
        operation(
            f"{generation}_effects", "something else behind it", 200, _MADE, security=_SECURITY,
            requestBody=form(effects.TABLE, _SCENE),
        ),
        operation(
            f"{generation}_batch", "cut out many pictures", 200, {"application/zip": {"schema": _FILE}},
            security=_SECURITY, requestBody=form(REMOVAL, {"files": _FILES, **_SCENE, **_JOB}),
        ),
    )  # fmt: skip


def looks(method: str) -> tuple[dict[str, Any], ...]:
    """Progress and download."""
    return (
        operation(
            f"progress_{method}", "how a job comes along", 200, {"text/event-stream": {"schema": _TEXT}},
            parameters=[{"name": "jobId", **_IN_PATH}, _EVENT, _LAST],
        ),
        operation(
            f"download_{method}", "a file of a job", 200, {"image/*": {"schema": _FILE}},
            parameters=[{"name": name, **_IN_PATH} for name in ("jobId", "filename")],
        ),
    )  # fmt: skip
