"""How a job comes along, as server-sent events."""

import json
from collections.abc import Iterator

from handler.dialects.base import Inbound, Outbound
from handler.dialects.snapotter.frames import COMPLETED, Frame, frame_of
from handler.dialects.snapotter.names import DIALECT
from handler.domain.errors import InvalidParameterError
from handler.domain.job import JobView
from handler.domain.request import JobWatch
from handler.domain.result import JobFeed, Outcome

EVENT, EVENTS = "event", ("progress", "message")
RETRY_MS = 1000
# Something is said now and then, so that nobody between takes the connection for dead.
LOOKS_PER_SIGN = 60
_SIGN = b":\n\n"
_MEDIA_TYPE = "text/event-stream"
_HEADERS = (("Cache-Control", "no-cache"), ("Connection", "keep-alive"), ("X-Accel-Buffering", "no"))


def parse_watch(inbound: Inbound) -> JobWatch:
    """Read which job is meant; it may be one that is yet to come."""
    _event_of(inbound)
    return JobWatch(inbound.path["jobId"].lower(), DIALECT)


def present_progress(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Tell what comes, from where an earlier connection has left off."""
    if not isinstance(outcome, JobFeed):
        raise TypeError(outcome)
    seen = _seen(inbound)
    if seen >= COMPLETED:
        # To a browser's EventSource this says: do not connect again.
        return Outbound(204, "", b"", _HEADERS)
    return Outbound(200, _MEDIA_TYPE, b"", _HEADERS, chunks=_events(outcome.views, _event_of(inbound), seen))


def _events(views: Iterator[JobView | None], event: str, seen: int) -> Iterator[bytes]:
    yield f"retry: {RETRY_MS}\n\n".encode()
    for look, view in enumerate(views, start=1):
        frame = None if view is None else frame_of(view)
        if frame is not None and frame.id > seen:
            yield _text(frame, event)
            seen = frame.id
            if frame.is_last:
                return
        else:
            yield b"" if look % LOOKS_PER_SIGN else _SIGN


def _text(frame: Frame, event: str) -> bytes:
    # What has no name is a message to an EventSource.
    name = "" if event == "message" else f"event: {event}\n"
    return f"id: {frame.id}\n{name}data: {json.dumps(frame.content)}\n\n".encode()


def _event_of(inbound: Inbound) -> str:
    given = next((text for name, text in inbound.query if name == EVENT), EVENTS[0])
    if given not in EVENTS:
        raise InvalidParameterError(EVENT, " or ".join(EVENTS), given)
    return given


def _seen(inbound: Inbound) -> int:
    """The last event that the client has; one that is none of ours is none at all."""
    text = inbound.headers.get("last-event-id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else -1
