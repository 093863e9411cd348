"""What goes wrong, as HTTP's status and as a task's state."""

from collections.abc import Mapping

from handler.dialects.answers import Headers, json_answer
from handler.dialects.base import Outbound
from handler.domain.errors import ClearcutError

TIMEOUT, UNREADABLE, TOO_LARGE, NOT_DOWNLOADED, FAILED = -8, -7, -5, -3, -1

STATUSES: Mapping[str, int] = {
    "validation_error": 400,
    "malformed_body": 400,
    "missing_image": 400,
    "multiple_images": 400,
    "image_url_invalid": 400,
    "image_url_forbidden": 400,
    "image_url_failed": 400,
    "image_too_large": 413,
    "resolution_too_high": 413,
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
    "expired": 404,
    "method_not_allowed": 405,
    "idempotency_in_progress": 409,
    "idempotency_mismatch": 400,
    "rate_limit_exceeded": 429,
    "internal_server_error": 500,
    "not_served": 501,
    "upstream_error": 500,
    "overloaded": 503,
    "store_unavailable": 503,
    "deadline_exceeded": 504,
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
    """Give the envelope, its data empty."""
    status, seconds = STATUSES[error.code], error.retry_after_seconds
    headers: Headers = () if seconds is None else (("Retry-After", str(seconds)),)
    content = {"status": status, "message": error.details or error.message, "data": {}}
    return json_answer(status, content, headers)
