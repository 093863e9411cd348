"""What goes wrong, as HTTP's status and as a task's state."""

from collections.abc import Mapping

from handler.dialects.answers import USUAL_STATUSES, json_answer, retry_header
from handler.dialects.base import Outbound
from handler.domain.errors import ClearcutError

TIMEOUT, UNREADABLE, TOO_LARGE, NOT_DOWNLOADED, FAILED = -8, -7, -5, -3, -1

STATUSES: Mapping[str, int] = {
    **USUAL_STATUSES,
    "image_too_large": 413,
    "resolution_too_high": 413,
    "expired": 404,
    "idempotency_mismatch": 400,
    "upstream_error": 500,
}
# What is not here is a failure without a state of its own.
STATES: Mapping[str, int] = {
    "deadline_exceeded": TIMEOUT,
    "unsupported_format": UNREADABLE,
    "unreadable_image": UNREADABLE,
    "video": UNREADABLE,
    "image_too_large": TOO_LARGE,
    "resolution_too_high": TOO_LARGE,
    "image_url_invalid": NOT_DOWNLOADED,
    "image_url_forbidden": NOT_DOWNLOADED,
    "image_url_failed": NOT_DOWNLOADED,
}


def present_error(error: ClearcutError) -> Outbound:
    """Give the envelope; its data is empty, or the state that a task would have failed with."""
    status = STATUSES[error.code]
    told = {"state": STATES[error.code]} if error.code in STATES else {}
    content = {"status": status, "message": error.details or error.message, "data": told}
    return json_answer(status, content, retry_header(error))
