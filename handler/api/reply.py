"""An Outbound becomes a response, with the headers that every answer carries."""

import time
from collections.abc import AsyncIterator, Iterable

from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from handler.dialects.base import Outbound
from handler.domain.errors import ResultTooLargeError
from handler.domain.identifiers import random62
from handler.domain.limits import Limits
from handler.domain.result import Timing

# What headers and the rest may take of a gateway's envelope.
ENVELOPE_BYTES = 51_456


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


def check_fit(outbound: Outbound, limits: Limits) -> None:
    """Refuse an answer that its transport would cut off after it has been charged."""
    most = limits.max_result_bytes
    if most is not None and _encoded_bytes(outbound) > most * 4 // 3 + ENVELOPE_BYTES:
        raise ResultTooLargeError(
            f"The answer has {len(outbound.body)} bytes, which do not fit; ask for a smaller size, or for "
            "format webp or jpg"
        )


def _encoded_bytes(outbound: Outbound) -> int:
    """How long the answer becomes inside of JSON: base64, or text of which few signs are escaped."""
    headers = sum(len(name) + len(value) for name, value in outbound.headers)
    body = outbound.body
    if outbound.media_type.startswith(("text/", "application/json")):
        return headers + len(body) + sum(body.count(sign) for sign in b'"\\\n')
    return headers + -(-len(body) // 3) * 4


def to_response(
    outbound: Outbound,
    request_id: str,
    elapsed_ms: int,
    timings: Iterable[Timing] = (),
    background: BackgroundTask | None = None,
    pieces: AsyncIterator[bytes] | None = None,
) -> Response:
    """Add what every dialect's answers share: the request's name and where its time went."""
    response = (
        Response(outbound.body, outbound.status, background=background)
        if pieces is None
        else StreamingResponse(pieces, outbound.status, background=background)
    )
    if outbound.media_type:
        response.headers["Content-Type"] = outbound.media_type
    for name, value in outbound.headers:
        response.headers[name] = value
    response.headers["X-Request-ID"] = request_id
    response.headers["X-Processing-Time-Ms"] = str(elapsed_ms)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    if stages := ", ".join(f"{timing.stage};dur={timing.milliseconds:.1f}" for timing in timings):
        response.headers["Server-Timing"] = stages
    return response
