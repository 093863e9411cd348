"""An Outbound becomes a response, with the headers that every answer carries."""

import time
from collections.abc import Iterable

from starlette.background import BackgroundTask
from starlette.responses import Response

from handler.dialects.base import Outbound
from handler.domain.identifiers import random62
from handler.domain.result import Timing


def new_request_id() -> str:
    """Name a request; 22 signs of base62 hold 128 random bits."""
    return f"req_{random62(22)}"


class Elapsed:
    """Time since it was made, or last begun again."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin again at nought."""
        self._started = time.perf_counter()

    def milliseconds(self) -> int:
        """Whole milliseconds so far."""
        return round((time.perf_counter() - self._started) * 1000)


def to_response(
    outbound: Outbound,
    request_id: str,
    elapsed_ms: int,
    timings: Iterable[Timing] = (),
    background: BackgroundTask | None = None,
) -> Response:
    """Add what every dialect's answers share: the request's name and where its time went."""
    response = Response(outbound.body, outbound.status, media_type=outbound.media_type, background=background)
    for name, value in outbound.headers:
        response.headers[name] = value
    response.headers["X-Request-ID"] = request_id
    response.headers["X-Processing-Time-Ms"] = str(elapsed_ms)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if stages := ", ".join(f"{timing.stage};dur={timing.milliseconds:.1f}" for timing in timings):
        response.headers["Server-Timing"] = stages
    return response
