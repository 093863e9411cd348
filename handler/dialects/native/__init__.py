"""Clearcut's own dialect, whose heart is Poof's `/v1/remove`."""

from collections.abc import Mapping

from handler.dialects.base import Inbound, Outbound, Route
from handler.dialects.native import openapi
from handler.dialects.native.balance import parse_balance, present_balance
from handler.dialects.native.errors import present_error
from handler.dialects.native.parameters import read_variant
from handler.dialects.native.pictures import present_picture
from handler.dialects.native.source import FILE_NAMES, TEXT_NAMES, read_source
from handler.domain.errors import ClearcutError
from handler.domain.key import presented_key
from handler.domain.request import CutoutRequest


class Native:
    """`POST /v1/remove` and `GET /v1/me`; unknown parameters are refused by name."""

    name = "native"
    security_schemes = openapi.SECURITY_SCHEMES

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every operation."""
        return (
            Route("POST", "/v1/remove", parse_remove, present_picture, openapi.REMOVE),
            Route("GET", "/v1/me", parse_balance, present_balance, openapi.ME),
        )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """Read `x-api-key`, else `Authorization: Bearer`."""
        return presented_key(headers)

    def present_error(self, error: ClearcutError, request_id: str) -> Outbound:
        """Give `{code, message, details, request_id}`."""
        return present_error(error, request_id)


NATIVE = Native()


def parse_remove(inbound: Inbound) -> CutoutRequest:
    """Read the picture and what to make of it."""
    source = read_source(inbound)
    strays = [(upload.name, "a file") for upload in inbound.files if upload.name not in (*FILE_NAMES, "")]
    given = [pair for pair in (*inbound.query, *inbound.fields) if pair[0] not in TEXT_NAMES]
    return CutoutRequest(source, variants=(read_variant([*given, *strays]),))
