"""3D AI Studio's background removal: submit a picture, then poll until its result has an address."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.base import Inbound, Outbound, Route
from handler.dialects.threedaistudio import openapi
from handler.dialects.threedaistudio.answers import (
    present_error,
    present_status,
    present_submission,
    present_wallet,
)
from handler.dialects.threedaistudio.request import parse_status, parse_submission
from handler.domain.errors import ClearcutError
from handler.domain.key import presented_key
from handler.domain.request import BalanceRequest


def parse_wallet(_: Inbound) -> BalanceRequest:
    """Whatever is asked beside the key has no meaning."""
    return BalanceRequest()


class ThreeDAiStudio:
    """Always asynchronous; every path ends in a slash there, and both spellings are taken."""

    name = "threedaistudio"
    security_schemes: Mapping[str, Any] = openapi.SECURITY_SCHEMES

    @property
    def routes(self) -> tuple[Route, ...]:
        """Submission, status and balance."""
        status = "/v1/generation-request/{task_id}/status/"
        return (
            Route("POST", "/v1/tools/remove-bg/", parse_submission, present_submission, openapi.SUBMIT),
            Route("GET", status, parse_status, present_status, openapi.STATUS),
            Route("GET", "/user/wallet/", parse_wallet, present_wallet, openapi.WALLET),
        )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """Read `Authorization: Bearer`."""
        return presented_key(headers)

    def present_error(self, error: ClearcutError, _: str) -> Outbound:
        """Give `{"detail": "..."}`."""
        return present_error(error)


THREEDAISTUDIO = ThreeDAiStudio()
