"""rembg's HTTP server: `GET` and `POST /api/remove`, a PNG in answer, and no key."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.answers import credits_of, json_answer, retry_header
from handler.dialects.base import Inbound, Outbound, Route
from handler.dialects.rembg import openapi
from handler.dialects.rembg.errors import STATUSES, detail_of
from handler.dialects.rembg.parameters import ignored, notice, parse_get, parse_post
from handler.domain.errors import ClearcutError
from handler.domain.key import presented_key
from handler.domain.result import CutoutResult, Outcome


class Rembg:
    """
    What `rembg s` serves, as its clients call it.

    Cut-outs differ from rembg's own in one way: the colour of soft pixels is cleaned of the old background
    instead of darkened.
    """

    name = "rembg"
    security_schemes: Mapping[str, Any] = {}

    @property
    def routes(self) -> tuple[Route, ...]:
        """By address, and by upload."""
        return (
            Route("GET", "/api/remove", parse_get, present_picture, openapi.GET, heavy=True),
            Route("POST", "/api/remove", parse_post, present_picture, openapi.POST),
        )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """Read a key where a client sends one; rembg itself knows none."""
        return presented_key(headers)

    def present_error(self, error: ClearcutError, _: str) -> Outbound:
        """Give FastAPI's `{"detail": ...}`: a list for what is missing or malformed, else a sentence."""
        return json_answer(STATUSES[error.code], {"detail": detail_of(error)}, retry_header(error))


REMBG = Rembg()


def present_picture(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Answer with the PNG; rembg adds nothing, and what is added here no client of it reads."""
    if not isinstance(outcome, CutoutResult):
        raise TypeError(outcome)
    rendering, hold = outcome.rendering, outcome.hold
    headers = (
        ("X-Image-Width", str(rendering.width)),
        ("X-Image-Height", str(rendering.height)),
        ("X-Model", rendering.model),
        ("X-Credits-Charged", str(credits_of(hold.amount))),
        *notice(inbound),
        *ignored(inbound),
    )
    if rendering.link is not None:
        return Outbound(303, rendering.format.media_type, b"", (("Location", rendering.link), *headers))
    return Outbound(200, rendering.format.media_type, rendering.body, headers)
