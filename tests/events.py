"""Server-sent events, read as a browser reads them."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One event; what has no name is a message."""

    id: int
    name: str
    data: dict[str, Any]


def read_events(text: str) -> list[Event]:
    """Every event of a stream; comments and what only sets the time to come again are none."""
    blocks = [dict(_line(line) for line in block.splitlines()) for block in text.split("\n\n")]
    return [
        Event(int(block["id"]), block.get("event", "message"), json.loads(block["data"]))
        for block in blocks
        if "data" in block
    ]


def _line(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.removeprefix(" ")
