"""SnapOtter's errors: `{"error", "code"?, "details"?}`."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.answers import USUAL_STATUSES, json_answer, retry_header
from handler.dialects.base import Outbound
from handler.domain.errors import ClearcutError, InvalidParameterError

STATUSES: Mapping[str, int] = {
    **USUAL_STATUSES,
    "unreadable_image": 422,
    "no_subject": 422,
    "result_too_large": 422,
    "image_too_large": 413,
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
    return json_answer(STATUSES[error.code], _content(error), retry_header(error))


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
