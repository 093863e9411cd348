"""remove.bg's catalogue of errors, each code from the cause that fits it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handler.dialects.answers import json_answer, retry_header
from handler.dialects.base import Outbound
from handler.dialects.removebg.headers import CORS, rate_limit_headers
from handler.dialects.removebg.parameters import BACKGROUNDS, SCENE, SOURCE
from handler.domain.errors import (
    ClearcutError,
    InvalidParameterError,
    MissingKeyError,
    RateLimitExceededError,
    RegionEmptyError,
    RegionOutOfBoundsError,
)
from handler.domain.rate import RateWindow


@dataclass(frozen=True, slots=True)
class Entry:
    """How one cause is told; without a title it is told in the error's own words."""

    status: int
    code: str
    title: str = ""


_INVALID_URL = Entry(400, "invalid_image_url", "Invalid image_url: Please provide a valid URL.")
ENTRIES: Mapping[str, Entry] = {
    "validation_error": Entry(400, "invalid_parameter"),
    "malformed_body": Entry(400, "malformed_body"),
    "missing_image": Entry(400, "missing_source", "No image given"),
    "multiple_images": Entry(
        400,
        "multiple_sources",
        "Multiple image sources given: Please provide either the image_url, image_file or image_file_b64 "
        "parameter.",
    ),
    "image_url_invalid": _INVALID_URL,
    "image_url_forbidden": _INVALID_URL,
    "image_url_failed": Entry(400, "failed_image_download", "Failed to download image from given image_url"),
    "image_too_large": Entry(400, "file_too_large", "File too large"),
    "resolution_too_high": Entry(400, "resolution_too_high", "Image resolution too high"),
    "unsupported_format": Entry(400, "invalid_file_type", "Invalid file type"),
    "video": Entry(400, "invalid_file_type", "Invalid file type"),
    "unreadable_image": Entry(400, "failed_to_read_image", "There was an error reading the image."),
    "no_subject": Entry(
        400,
        "unknown_foreground",
        "Could not identify foreground in image. For details and recommendations see "
        "https://www.remove.bg/supported-images.",
    ),
    "result_too_large": Entry(400, "invalid_size", "The result of this size does not fit an answer"),
    "authentication_error": Entry(403, "auth_failed", "API Key invalid"),
    "payment_required": Entry(402, "insufficient_credits", "Insufficient credits"),
    "permission_denied": Entry(403, "permission_denied"),
    "not_served": Entry(501, "not_served"),
    "not_found": Entry(404, "not_found"),
    "job_not_found": Entry(404, "not_found"),
    "expired": Entry(410, "expired"),
    "method_not_allowed": Entry(405, "method_not_allowed"),
    "idempotency_in_progress": Entry(409, "idempotency_in_progress"),
    "idempotency_mismatch": Entry(422, "idempotency_mismatch"),
    "rate_limit_exceeded": Entry(429, "rate_limit_exceeded", "Rate limit exceeded"),
    "internal_server_error": Entry(500, "internal_server_error"),
    "upstream_error": Entry(502, "upstream_error"),
    "overloaded": Entry(503, "overloaded"),
    "store_unavailable": Entry(503, "overloaded"),
    "deadline_exceeded": Entry(504, "deadline_exceeded"),
}
# What is wrong with a background picture has codes of its own.
OF_A_BACKGROUND: Mapping[str, Entry] = {
    "image_url_invalid": Entry(400, "invalid_bg_image_url", "Invalid bg_image_url"),
    "image_url_forbidden": Entry(400, "invalid_bg_image_url", "Invalid bg_image_url"),
    "image_url_failed": Entry(400, "failed_bg_download", "Failed to download background image"),
}
NO_KEY = Entry(403, "auth_failed", "Missing API Key")
BAD_BASE64 = Entry(400, "failed_to_read_image", "There was an error reading the image.")
SEVERAL_BACKGROUNDS = Entry(400, "multiple_bg_sources", "Multiple background sources given")


def present_error(error: ClearcutError) -> Outbound:
    """Give `{"errors": [{title, code, detail}]}`."""
    entry = _entry(error)
    told: dict[str, Any] = {"title": entry.title or error.message, "code": entry.code}
    detail = str(error) if isinstance(error, InvalidParameterError) else error.details
    if detail:
        told["detail"] = detail
    headers = (*CORS, *retry_header(error))
    if isinstance(error, RateLimitExceededError):
        headers += rate_limit_headers(RateWindow(error.limit, error.remaining, error.reset_seconds))
    return json_answer(entry.status, {"errors": [told]}, headers)


def _entry(error: ClearcutError) -> Entry:
    if isinstance(error, InvalidParameterError):
        return _entry_of_parameter(error)
    if isinstance(error, MissingKeyError):
        return NO_KEY
    if error.field in SCENE.every and error.code in OF_A_BACKGROUND:
        return OF_A_BACKGROUND[error.code]
    return ENTRIES[error.code]


def _entry_of_parameter(error: InvalidParameterError) -> Entry:
    if isinstance(error, RegionEmptyError):
        return Entry(400, "roi_region_empty", "The region of interest is empty")
    if isinstance(error, RegionOutOfBoundsError):
        return Entry(400, "roi_exceeds_bounds", "The region of interest exceeds the image")
    if error.field == BACKGROUNDS:
        return SEVERAL_BACKGROUNDS
    if error.field in SOURCE.base64s:
        return BAD_BASE64
    return Entry(400, f"invalid_{error.field}", f"Invalid {error.field} parameter given")
