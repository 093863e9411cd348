"""What the answers of several dialects share."""

import json
from collections.abc import Mapping
from typing import Any

from handler.dialects.base import Outbound
from handler.domain.errors import ClearcutError
from handler.domain.rate import RateWindow
from handler.domain.result import Rendering

Headers = tuple[tuple[str, str], ...]

# By the codes of errors; a vendor's own table says where its clients expect another.
USUAL_STATUSES: Mapping[str, int] = {
    "validation_error": 400,
    "malformed_body": 400,
    "missing_image": 400,
    "multiple_images": 400,
    "image_url_invalid": 400,
    "image_url_forbidden": 400,
    "image_url_failed": 400,
    "image_too_large": 400,
    "resolution_too_high": 400,
    "unsupported_format": 400,
    "video": 400,
    "unreadable_image": 400,
    "no_subject": 400,
    "result_too_large": 400,
    "authentication_error": 401,
    "payment_required": 402,
    "permission_denied": 403,
    "not_found": 404,
    "job_not_found": 404,
    "method_not_allowed": 405,
    "idempotency_in_progress": 409,
    "expired": 410,
    "idempotency_mismatch": 422,
    "rate_limit_exceeded": 429,
    "internal_server_error": 500,
    "not_served": 501,
    "upstream_error": 502,
    "overloaded": 503,
    "store_unavailable": 503,
    "deadline_exceeded": 504,
}


def json_answer(status: int, content: Mapping[str, Any], headers: Headers = ()) -> Outbound:
    """An answer in JSON."""
    return Outbound(status, "application/json", json.dumps(content).encode(), headers)


def retry_header(error: ClearcutError) -> Headers:
    """Say when to come again, where that is known."""
    seconds = error.retry_after_seconds
    return () if seconds is None else (("Retry-After", str(seconds)),)


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
