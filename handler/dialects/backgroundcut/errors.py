"""BackgroundCut's errors: `{"detail": "<string>"}`, and neither 413 nor 422."""

from collections.abc import Mapping

from handler.dialects.answers import Headers, json_answer
from handler.dialects.base import Outbound
from handler.domain.errors import ClearcutError, InsufficientCreditsError

STATUSES: Mapping[str, int] = {
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


def present_error(error: ClearcutError) -> Outbound:
    """Say what is wrong in one sentence, with what there is to know of it."""
    headers: Headers = ()
    if error.retry_after_seconds is not None:
        headers = (("Retry-After", str(error.retry_after_seconds)),)
    return json_answer(STATUSES[error.code], {"detail": _detail(error)}, headers)


def _detail(error: ClearcutError) -> str:
    if isinstance(error, InsufficientCreditsError) and error.details:
        return f"{error.message}. {error.details}"
    return error.details or error.message
