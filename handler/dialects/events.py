"""
Server-sent events that go on where an earlier connection has left off.

Ids grow, so that whoever has seen one is told only of later ones: over one long connection, or over many
short ones where a gateway hands on whole answers only.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from handler.dialects.base import Inbound, Outbound

RETRY_MS = 1000
# Something is said now and then, so that nobody between takes the connection for dead.
LOOKS_PER_SIGN = 60
_SIGN = b":\n\n"
_HEADERS = (("Cache-Control", "no-cache"), ("Connection", "keep-alive"), ("X-Accel-Buffering", "no"))


@dataclass(frozen=True, slots=True)
class Event:
    """
    What is told at one moment.

    Attributes:
        is_last: whether nothing comes after it.
    """

    id: int
    content: Mapping[str, Any]
    is_last: bool = False


def event_stream(looks: Iterator[Event | None], name: str, inbound: Inbound, last_id: int) -> Outbound:
    """Tell what is new at each look; nothing more once `last_id` has been seen."""
    seen = _seen(inbound)
    if seen >= last_id:
        # To a browser's EventSource this says: do not connect again.
        return Outbound(204, "", b"", _HEADERS)
    return Outbound(200, "text/event-stream", b"", _HEADERS, _told(looks, name, seen))


def _told(looks: Iterator[Event | None], name: str, seen: int) -> Iterator[bytes]:
    yield f"retry: {RETRY_MS}\n\n".encode()
    for count, event in enumerate(looks, start=1):
        if event is not None and event.id > seen:
            yield _text(event, name)
            seen = event.id
            if event.is_last:
                return
        else:
            yield b"" if count % LOOKS_PER_SIGN else _SIGN


def _text(event: Event, name: str) -> bytes:
    # What has no name is a message to an EventSource.
    named = "" if name == "message" else f"event: {name}\n"
    return f"id: {event.id}\n{named}data: {json.dumps(event.content)}\n\n".encode()


def _seen(inbound: Inbound) -> int:
    """The last event that the client has; one that is none of ours is none at all."""
    text = inbound.headers.get("last-event-id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1
