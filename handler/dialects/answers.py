"""What the answers of several dialects share."""

import json
from collections.abc import Mapping
from typing import Any

from handler.dialects.base import Outbound
from handler.domain.rate import RateWindow
from handler.domain.result import Rendering

Headers = tuple[tuple[str, str], ...]


def json_answer(status: int, content: Mapping[str, Any], headers: Headers = ()) -> Outbound:
    """An answer in JSON."""
    return Outbound(status, "application/json", json.dumps(content).encode(), headers)


def wants_json(headers: Mapping[str, str]) -> bool:
    """Whether the client takes nothing but JSON: some libraries name it beside everything, by habit."""
    accepted = headers.get("accept", "").lower()
    return "application/json" in accepted and not any(kind in accepted for kind in ("*/*", "image/"))


def credits_of(thousandths: int) -> int | float:
    """Show whole credits as integers, as the clients' types expect."""
    whole, rest = divmod(thousandths, 1000)
    return thousandths / 1000 if rest else whole


def foreground_headers(rendering: Rendering) -> Headers:
    """Where the subject lies in the result."""
    box = rendering.subject
    return (
        ("X-Foreground-Top", str(box.top)),
        ("X-Foreground-Left", str(box.left)),
        ("X-Foreground-Width", str(box.width)),
        ("X-Foreground-Height", str(box.height)),
    )


def rate_headers(rate: RateWindow) -> Headers:
    """Say how many requests are left before the next 429."""
    return (
        ("RateLimit-Limit", str(rate.limit)),
        ("RateLimit-Remaining", str(rate.remaining)),
        ("RateLimit-Reset", str(rate.reset_seconds)),
    )
