"""rembg's error forms, which are FastAPI's."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.answers import USUAL_STATUSES
from handler.domain.errors import (
    ClearcutError,
    HostUnresolvedError,
    ImageTooLargeError,
    ImageUrlForbiddenError,
    InvalidParameterError,
    MissingImageError,
    RedirectNowhereError,
    TooManyRedirectsError,
)

# Where rembg answers 500 to what it cannot read, this says 400: it is the caller's picture.
STATUSES: Mapping[str, int] = {
    **USUAL_STATUSES,
    "validation_error": 422,
    "malformed_body": 422,
    "missing_image": 422,
    "multiple_images": 422,
}
# What rembg's clients may look for, to the letter.
_WORDS: Mapping[type[ClearcutError], str] = {
    ImageUrlForbiddenError: "Requests to private/internal addresses are not allowed.",
    HostUnresolvedError: "Could not resolve hostname.",
    TooManyRedirectsError: "Too many redirects.",
    RedirectNowhereError: "Redirect without Location header.",
    ImageTooLargeError: "Image exceeds maximum size.",
}
# What was missed, by where it should have been.
_MISSING = {"query": ("query", "url"), "body": ("body", "file")}


def detail_of(error: ClearcutError) -> str | list[dict[str, Any]]:
    """FastAPI's list for what does not fit the description of the call, else a sentence."""
    if STATUSES[error.code] == 422:
        return [_entry_of(error)]
    words = (text for kind, text in _WORDS.items() if isinstance(error, kind))
    return next(words, error.details or error.message)


def _entry_of(error: ClearcutError) -> dict[str, Any]:
    if isinstance(error, InvalidParameterError):
        place, _, name = error.field.rpartition(".")
        loc = [place or "body", name]
        return _entry("value_error", loc, f"Input should be {error.expected}", error.received)
    if isinstance(error, MissingImageError):
        return _entry(
            "missing", list(_MISSING.get(error.details or "", ("body", "file"))), "Field required", None
        )
    return _entry("value_error", ["body"], error.details or error.message, None)


def _entry(kind: str, loc: list[str], message: str, given: str | None) -> dict[str, Any]:
    return {"type": kind, "loc": loc, "msg": message, "input": given}
