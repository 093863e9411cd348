"""Every error as native answers it."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.answers import json_answer, rate_headers, retry_header
from handler.dialects.base import Outbound
from handler.domain.errors import ClearcutError, InvalidParameterError, RateLimitExceededError
from handler.domain.rate import RateWindow

# Our code -> status and the code that the contract names for it.
ERRORS: Mapping[str, tuple[int, str]] = {
    "validation_error": (400, "validation_error"),
    "malformed_body": (400, "validation_error"),
    "missing_image": (400, "missing_image"),
    "multiple_images": (400, "multiple_images"),
    "image_url_invalid": (400, "image_url_invalid"),
    "image_url_forbidden": (400, "image_url_forbidden"),
    "image_url_failed": (400, "image_url_failed"),
    "image_too_large": (400, "image_too_large"),
    "resolution_too_high": (400, "resolution_too_high"),
    "unsupported_format": (400, "unsupported_format"),
    "video": (400, "validation_error"),
    "unreadable_image": (400, "unreadable_image"),
    "no_subject": (400, "no_subject"),
    "result_too_large": (400, "validation_error"),
    "authentication_error": (401, "authentication_error"),
    "payment_required": (402, "payment_required"),
    "permission_denied": (403, "permission_denied"),
    "not_found": (404, "not_found"),
    "job_not_found": (404, "job_not_found"),
    "method_not_allowed": (405, "method_not_allowed"),
    "idempotency_in_progress": (409, "idempotency_in_progress"),
    "expired": (410, "expired"),
    "idempotency_mismatch": (422, "idempotency_mismatch"),
    "rate_limit_exceeded": (429, "rate_limit_exceeded"),
    "internal_server_error": (500, "internal_server_error"),
    "not_served": (501, "not_served"),
    "upstream_error": (502, "upstream_error"),
    "overloaded": (503, "overloaded"),
    "store_unavailable": (503, "overloaded"),
    "deadline_exceeded": (504, "deadline_exceeded"),
}


def present_error(error: ClearcutError, request_id: str) -> Outbound:
    """Give `{code, message, details, request_id}`."""
    status, code = ERRORS[error.code]
    content: dict[str, Any] = {"code": code, "message": error.message}
    if isinstance(error, InvalidParameterError):
        content["details"] = {"field": error.field, "expected": error.expected, "received": error.received}
    elif error.details:
        content["details"] = error.details
    headers = retry_header(error)
    if isinstance(error, RateLimitExceededError):
        headers += rate_headers(RateWindow(error.limit, error.remaining, error.reset_seconds))
    return json_answer(status, {**content, "request_id": request_id}, headers)
