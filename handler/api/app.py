"""The web application: one route per dialect route, and every address that is none of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.responses import Response

from handler.api.about import VERSION, About, add_about_routes
from handler.api.exchange import Counter, Exchange
from handler.api.fallbacks import add_fallbacks
from handler.api.files import add_file_routes
from handler.dialects.base import Dialect
from handler.ports import SignedFiles

EXPOSED_HEADERS = (
    "X-Request-ID",
    "X-Processing-Time-Ms",
    "X-Image-Width",
    "X-Image-Height",
    "X-Credits-Charged",
    "X-Credits-Remaining",
    "X-Model",
    "X-Foreground-Top",
    "X-Foreground-Left",
    "X-Foreground-Width",
    "X-Foreground-Height",
    "X-Matte-Confidence",
    "X-Matte-Ambiguous-Ratio",
    "X-Review",
    "X-Type",
    "X-Cache",
    "ETag",
    "X-Notice",
    "X-Ignored-Parameters",
    "X-Width",
    "X-Height",
    "X-Max-Width",
    "X-Max-Height",
    "Server-Timing",
    "Retry-After",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "Idempotency-Replayed",
    "Content-Disposition",
    "Location",
    "X-Job-Id",
    "X-File-Results",
)


@dataclass(frozen=True, slots=True)
class Parts:
    """
    Everything that the application is made of; the bootstrap fills it.

    Attributes:
        files: what signed addresses lead to, where the store has no web server of its own.
    """

    dialects: Sequence[Dialect]
    counter: Counter
    about: About
    files: SignedFiles | None = None


def create_app(parts: Parts) -> FastAPI:
    """Mount every route of every dialect."""
    # The gateway may put the service under a stage, so addresses in the document are relative.
    app = FastAPI(
        title="Clearcut",
        version=VERSION,
        description="Background removal: POST a picture, the answer's body is the cut-out.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # the redirect would be built from the Host header
    )
    for dialect in parts.dialects:
        for route in dialect.routes:
            exchange = Exchange(dialect, route, parts.counter)
            for path in route.paths:
                app.add_api_route(
                    path,
                    exchange.answer,
                    methods=[route.method],
                    response_class=Response,
                    openapi_extra=dict(route.operation),
                    include_in_schema=path == route.path,
                    name=f"{dialect.name}.{route.operation['operationId']}",
                )
    add_about_routes(app, parts.about)
    if parts.files is not None:
        add_file_routes(app, parts.files, parts.counter.workers, parts.counter.limits)
    _describe_security(app, parts.dialects)
    add_fallbacks(app, parts.dialects)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=EXPOSED_HEADERS,
        max_age=600,
    )
    return app


def _describe_security(app: FastAPI, dialects: Sequence[Dialect]) -> None:
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        schemes = document.setdefault("components", {}).setdefault("securitySchemes", {})
        for dialect in dialects:
            schemes.update(dialect.security_schemes)
        return document

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way to add to the document
