"""Clearcut's own dialect, whose heart is Poof's `/v1/remove`."""

from collections.abc import Mapping

from handler.dialects.base import Outbound, Route
from handler.dialects.native import openapi
from handler.dialects.native.balance import parse_balance, present_balance
from handler.dialects.native.described_errors import SECURITY_SCHEMES
from handler.dialects.native.described_jobs import CANCEL, LOOK, SUBMIT
from handler.dialects.native.errors import present_error
from handler.dialects.native.jobs import (
    parse_cancel,
    parse_job,
    parse_query,
    present_accepted,
    present_cancelled,
    present_job,
)
from handler.dialects.native.pictures import present_remove
from handler.dialects.native.request import parse_remove
from handler.dialects.native.uploads import UPLOADS, parse_upload, present_ticket
from handler.domain.errors import ClearcutError
from handler.domain.key import presented_key


class Native:
    """`POST /v1/remove` and `GET /v1/me`; unknown parameters are refused by name."""

    name = "native"
    security_schemes = SECURITY_SCHEMES

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every operation."""
        return (
            Route("POST", "/v1/remove", parse_remove, present_remove, openapi.REMOVE),
            Route("POST", "/v1/uploads", parse_upload, present_ticket, UPLOADS),
            Route("POST", "/v1/jobs", parse_job, present_accepted, SUBMIT),
            Route("GET", "/v1/jobs/{id}", parse_query, present_job, LOOK),
            Route("DELETE", "/v1/jobs/{id}", parse_cancel, present_cancelled, CANCEL),
            Route("GET", "/v1/me", parse_balance, present_balance, openapi.ME),
        )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """Read `x-api-key`, else `Authorization: Bearer`."""
        return presented_key(headers)

    def present_error(self, error: ClearcutError, request_id: str) -> Outbound:
        """Give `{code, message, details, request_id}`."""
        return present_error(error, request_id)


NATIVE = Native()
