"""SnapOtter's errors: `{"error", "code"?, "details"?}`."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.answers import Headers, json_answer
from handler.dialects.base import Outbound
from handler.domain.errors import ClearcutError, InvalidParameterError

STATUSES: Mapping[str, int] = {
    "validation_error": 400,
    "malformed_body": 400,
    "missing_image": 400,
    "multiple_images": 400,
    "image_url_invalid": 400,
    "image_url_forbidden": 400,
    "image_url_failed": 400,
    "resolution_too_high": 400,
    "unsupported_format": 400,
    "video": 400,
    "unreadable_image": 422,
    "no_subject": 422,
    "result_too_large": 422,
    "authentication_error": 401,
    "payment_required": 402,
    "permission_denied": 403,
    "not_found": 404,
    "job_not_found": 404,
    "method_not_allowed": 405,
    "idempotency_in_progress": 409,
    "expired": 410,
    "image_too_large": 413,
    "idempotency_mismatch": 422,
    "rate_limit_exceeded": 429,
    "internal_server_error": 500,
    "not_served": 501,
    "upstream_error": 502,
    "overloaded": 503,
    "store_unavailable": 503,
    "deadline_exceeded": 504,
}
# What the vendor's clients look for in the place of our own words, with a code where it has one.
_WORDS: Mapping[str, tuple[str, str | None]] = {
    "missing_image": ("No image file provided", None),
    "validation_error": ("Invalid settings", None),
    "unreadable_image": ("Background removal failed", None),
    "no_subject": ("Background removal failed", None),
    "result_too_large": ("Background removal failed", None),
    "upstream_error": ("Background removal failed", None),
    "authentication_error": ("Authentication required", "AUTH_REQUIRED"),
    "not_found": ("File not found", None),
    "job_not_found": ("File not found", None),
    "expired": (
        "This image's background removal has expired. Remove the background again.",
        "BACKGROUND_REMOVAL_EXPIRED",
    ),
    "not_served": ("Feature not installed", "FEATURE_NOT_INSTALLED"),
}
_OF_PICTURES = frozenset({"resolution_too_high", "unsupported_format", "video"})


def present_error(error: ClearcutError) -> Outbound:
    """Give the vendor's words where it has some, and what there is to know as details."""
    seconds = error.retry_after_seconds
    headers: Headers = () if seconds is None else (("Retry-After", str(seconds)),)
    return json_answer(STATUSES[error.code], _content(error), headers)


def _content(error: ClearcutError) -> Mapping[str, Any]:
    if isinstance(error, InvalidParameterError) and error.field == "path":
        return {"error": "Invalid path"}
    if error.code in _OF_PICTURES:
        return {"error": f"Invalid image: {error.details or error.message}"}
    if error.code not in _WORDS:
        return {"error": error.details or error.message}
    words, code = _WORDS[error.code]
    content = {"error": words, "code": code, "details": error.details}
    return {name: value for name, value in content.items() if value is not None}
