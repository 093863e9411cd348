"""What is answered where no route is: in the form of the dialect whose addresses come closest."""

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from handler.api.reply import new_request_id, to_response
from handler.dialects.base import Dialect
from handler.domain.errors import ClearcutError, InternalError, MethodNotAllowedError, NotFoundError

logger = logging.getLogger(__name__)


def add_fallbacks(app: FastAPI, dialects: Sequence[Dialect]) -> None:
    """Answer errors that no exchange has seen."""

    def present(request: Request, error: ClearcutError) -> Response:
        request_id = new_request_id()
        dialect = nearest(dialects, request.url.path)
        return to_response(dialect.present_error(error, request_id), request_id, 0)

    async def stray(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code == 405:
            allowed = _methods_at(request)
            response = present(request, MethodNotAllowedError(allowed))
            response.headers["Allow"] = ", ".join(allowed)
            return response
        missing = NotFoundError(f"There is nothing at {request.url.path[:200]}; see /docs")
        return present(request, missing)

    async def refusal(request: Request, error: ClearcutError) -> Response:
        return present(request, error)

    async def defect(request: Request, error: Exception) -> Response:
        logger.error("defect outside any exchange", exc_info=error)
        return present(request, InternalError())

    handlers: dict[Any, Any] = {HTTPException: stray, ClearcutError: refusal, Exception: defect}
    for kind, handle in handlers.items():
        app.add_exception_handler(kind, handle)


def nearest(dialects: Sequence[Dialect], path: str) -> Dialect:
    """The one that shares the longest beginning with the path; the first where several do, or none does."""
    asked = path.strip("/").split("/")
    shared = [
        max(_shared(asked, route.path.strip("/").split("/")) for route in dialect.routes)
        for dialect in dialects
    ]
    longest = max(shared)
    is_one = longest > 0 and shared.count(longest) == 1
    return dialects[shared.index(longest)] if is_one else dialects[0]


def _shared(asked: Sequence[str], known: Sequence[str]) -> int:
    count = 0
    for part, pattern in zip(asked, known, strict=False):
        if part != pattern and not pattern.startswith("{"):
            break
        count += 1
    return count


def _methods_at(request: Request) -> tuple[str, ...]:
    """Every method of the address: each has a route of its own."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    at_it = (route for route in routes if route.matches(request.scope)[0] is Match.PARTIAL)
    return tuple(sorted({method for route in at_it for method in route.methods or ()}))
