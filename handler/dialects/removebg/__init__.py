"""remove.bg's API v1.0."""

from collections.abc import Mapping

from handler.dialects.base import Outbound, Route
from handler.dialects.removebg import openapi
from handler.dialects.removebg.answers import present_account, present_improve, present_remove
from handler.dialects.removebg.errors import present_error
from handler.dialects.removebg.request import parse_account, parse_improve, parse_remove
from handler.domain.errors import ClearcutError
from handler.domain.key import presented_key


class RemoveBg:
    """
    `/v1.0/removebg`, `/v1.0/account` and `/v1.0/improve`.

    Its clients read nothing but the picture in the answer, so a result that does not fit one is refused.
    No subject's kind is known: `type` is auto, and shadows, which remove.bg lays under cars only, lie under
    whatever they are asked for.
    """

    name = "removebg"
    security_schemes = openapi.SECURITY_SCHEMES

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every operation."""
        return (
            Route("POST", "/v1.0/removebg", parse_remove, present_remove, openapi.REMOVE),
            Route("GET", "/v1.0/account", parse_account, present_account, openapi.ACCOUNT),
            Route("POST", "/v1.0/improve", parse_improve, present_improve, openapi.IMPROVE),
        )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """Read `X-Api-Key`, else `Authorization: Bearer`."""
        return presented_key(headers)

    def present_error(self, error: ClearcutError, _: str) -> Outbound:
        """Give `{"errors": [{title, code, detail}]}`; a bad key is 403."""
        return present_error(error)


REMOVEBG = RemoveBg()
