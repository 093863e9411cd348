"""The headers of native answers, as `/openapi.json` describes them."""

from collections.abc import Mapping
from typing import Any

_Row = tuple[str, str, str]


def _described(*rows: _Row) -> Mapping[str, Any]:
    return {name: {"description": description, "schema": {"type": kind}} for name, kind, description in rows}


EVERY = _described(
    ("X-Request-ID", "string", "Names this request in the log."),
    ("X-Processing-Time-Ms", "integer", "From the request's last byte to the answer's first."),
)
RATE = _described(
    ("RateLimit-Limit", "integer", "Requests that the account may make in the narrowest of its windows."),
    ("RateLimit-Remaining", "integer", "How many of them are left."),
    ("RateLimit-Reset", "integer", "Seconds until all of them are there again."),
)
RETRY = _described(("Retry-After", "integer", "Seconds after which the request may be sent again."))
REPLAYED = _described(
    ("Idempotency-Replayed", "string", "true where this is the first answer to the Idempotency-Key again.")
)
PICTURE = {
    **EVERY,
    **_described(
        ("X-Image-Width", "integer", "Width of the answer in pixels."),
        ("X-Image-Height", "integer", "Height of the answer in pixels."),
        ("X-Credits-Charged", "number", "What this answer cost; absent from a replay, which costs nothing."),
        ("X-Credits-Remaining", "number", "What is left; absent from a replay."),
        ("X-Model", "string", "The model that really ran, and the start of its file's sha256."),
        ("X-Foreground-Top", "integer", "The subject's box in the answer."),
        ("X-Foreground-Left", "integer", "The subject's box in the answer."),
        ("X-Foreground-Width", "integer", "The subject's box in the answer."),
        ("X-Foreground-Height", "integer", "The subject's box in the answer."),
        (
            "X-Matte-Confidence",
            "number",
            "0..1: the share of good cut-outs (IoU of 0.9 and more) among those that looked like this one.",
        ),
        (
            "X-Matte-Ambiguous-Ratio",
            "number",
            "0..1: the share of the model's matte whose alpha lies from 0.1 to 0.9.",
        ),
        (
            "X-Review",
            "string",
            "Why to look: no_subject, low_contrast, several_subjects, touches_border, unsure; else absent.",
        ),
        ("X-Type", "string", "What the subject is; absent where that is not known."),
        ("X-Cache", "string", "hit where the matte was known already, else miss."),
        ("ETag", "string", "Names the answer to exactly this request, for If-None-Match."),
        ("X-Notice", "string", "What of the source was not used, such as the later frames of an animation."),
        ("Server-Timing", "string", "Milliseconds of each stage."),
    ),
    **RATE,
    **REPLAYED,
}
LINK = {
    **PICTURE,
    **_described(("Location", "string", "Where the picture is to be had.")),
}
# What a status adds to the headers that every answer has.
OF_ERRORS: Mapping[int, Mapping[str, Any]] = {409: RETRY, 429: {**RETRY, **RATE}, 503: RETRY}
