"""Clearcut's own dialect, whose heart is Poof's `/v1/remove`."""

import json
from collections.abc import Mapping
from typing import Any

from handler.dialects.base import Inbound, Outbound, Route
from handler.dialects.native import openapi
from handler.dialects.native.parameters import read_variant
from handler.dialects.native.source import FILE_NAMES, TEXT_NAMES, read_source
from handler.domain.errors import ClearcutError, InvalidParameterError, RateLimitExceededError
from handler.domain.key import presented_key
from handler.domain.rate import RateWindow
from handler.domain.request import BalanceRequest, CutoutRequest
from handler.domain.result import Balance, CutoutResult, Outcome

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
    "method_not_allowed": (405, "method_not_allowed"),
    "idempotency_in_progress": (409, "idempotency_in_progress"),
    "idempotency_mismatch": (422, "idempotency_mismatch"),
    "rate_limit_exceeded": (429, "rate_limit_exceeded"),
    "internal_server_error": (500, "internal_server_error"),
    "upstream_error": (502, "upstream_error"),
    "overloaded": (503, "overloaded"),
    "store_unavailable": (503, "overloaded"),
    "deadline_exceeded": (504, "deadline_exceeded"),
}


class Native:
    """`POST /v1/remove` and `GET /v1/me`; unknown parameters are refused by name."""

    name = "native"
    security_schemes = openapi.SECURITY_SCHEMES

    @property
    def routes(self) -> tuple[Route, ...]:
        """Both operations."""
        return (
            Route("POST", "/v1/remove", parse_remove, present_picture, openapi.REMOVE),
            Route("GET", "/v1/me", parse_balance, present_balance, openapi.ME),
        )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """Read `x-api-key`, else `Authorization: Bearer`."""
        return presented_key(headers)

    def present_error(self, error: ClearcutError, request_id: str) -> Outbound:
        """Give `{code, message, details, request_id}`."""
        status, code = ERRORS[error.code]
        content: dict[str, Any] = {"code": code, "message": error.message}
        if isinstance(error, InvalidParameterError):
            content["details"] = {
                "field": error.field,
                "expected": error.expected,
                "received": error.received,
            }
        elif error.details:
            content["details"] = error.details
        headers = []
        if error.retry_after_seconds is not None:
            headers.append(("Retry-After", str(error.retry_after_seconds)))
        if isinstance(error, RateLimitExceededError):
            headers += rate_headers(RateWindow(error.limit, error.remaining, error.reset_seconds))
        return _json(status, {**content, "request_id": request_id}, tuple(headers))


NATIVE = Native()


def parse_remove(inbound: Inbound) -> CutoutRequest:
    """Read the picture and what to make of it."""
    source = read_source(inbound)
    strays = [(upload.name, "a file") for upload in inbound.files if upload.name not in (*FILE_NAMES, "")]
    given = [pair for pair in (*inbound.query, *inbound.fields) if pair[0] not in TEXT_NAMES]
    return CutoutRequest(source, variants=(read_variant([*given, *strays]),))


def parse_balance(inbound: Inbound) -> BalanceRequest:
    """Refuse parameters: there are none."""
    for name, _ in inbound.query:
        raise InvalidParameterError(name, "no parameters", "an unknown parameter")
    return BalanceRequest()


def present_picture(outcome: Outcome, _: Inbound) -> Outbound:
    """Answer with the picture's bytes; everything else about it travels in headers."""
    if not isinstance(outcome, CutoutResult):
        raise TypeError(outcome)
    rendering, hold = outcome.rendering, outcome.hold
    headers = [
        ("X-Image-Width", str(rendering.width)),
        ("X-Image-Height", str(rendering.height)),
        ("X-Credits-Charged", str(credits_of(hold.amount))),
        ("X-Credits-Remaining", str(credits_of(hold.remaining))),
        ("X-Model", rendering.model),
        ("X-Foreground-Top", str(rendering.subject.top)),
        ("X-Foreground-Left", str(rendering.subject.left)),
        ("X-Foreground-Width", str(rendering.subject.width)),
        ("X-Foreground-Height", str(rendering.subject.height)),
        ("X-Matte-Confidence", f"{rendering.confidence:.3f}"),
        ("X-Matte-Ambiguous-Ratio", f"{rendering.ambiguous_ratio:.3f}"),
    ]
    if rendering.source_frames > 1:
        headers.append(("X-Notice", f"only the first of {rendering.source_frames} frames was used"))
    if hold.rate is not None:
        headers += rate_headers(hold.rate)
    return Outbound(200, rendering.format.media_type, rendering.body, tuple(headers))


def rate_headers(rate: RateWindow) -> list[tuple[str, str]]:
    """Say how many requests are left before the next 429."""
    return [
        ("RateLimit-Limit", str(rate.limit)),
        ("RateLimit-Remaining", str(rate.remaining)),
        ("RateLimit-Reset", str(rate.reset_seconds)),
    ]


def present_balance(outcome: Outcome, _: Inbound) -> Outbound:
    """Answer as Poof's `/v1/me` does; remaining is maxCredits - usedCredits."""
    if not isinstance(outcome, Balance):
        raise TypeError(outcome)
    return _json(
        200,
        {
            "organizationId": outcome.account_id,
            "plan": outcome.plan,
            "maxCredits": credits_of(outcome.granted),
            "usedCredits": credits_of(outcome.used),
            "autoRechargeThreshold": None,
        },
    )


def credits_of(thousandths: int) -> int | float:
    """Show whole credits as integers, as the clients' types expect."""
    whole, rest = divmod(thousandths, 1000)
    return thousandths / 1000 if rest else whole


def _json(status: int, content: Mapping[str, Any], headers: tuple[tuple[str, str], ...] = ()) -> Outbound:
    return Outbound(status, "application/json", json.dumps(content).encode(), headers)
