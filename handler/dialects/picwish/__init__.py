"""PicWish's segmentation: a task for each picture, waited for or polled."""

from collections.abc import Mapping
from typing import Any

from handler.dialects.base import Outbound, Route
from handler.dialects.picwish import openapi
from handler.dialects.picwish.answers import present_query, present_task
from handler.dialects.picwish.errors import present_error
from handler.dialects.picwish.request import parse_query, parse_task
from handler.domain.errors import ClearcutError
from handler.domain.key import presented_key

PATH = "/api/tasks/visual/segmentation"


class PicWish:
    """Every answer but a picture's own bytes is an envelope whose status repeats the one of HTTP."""

    name = "picwish"
    security_schemes: Mapping[str, Any] = openapi.SECURITY_SCHEMES

    @property
    def routes(self) -> tuple[Route, ...]:
        """Creation and query."""
        return (
            Route("POST", PATH, parse_task, present_task, openapi.CREATE),
            Route("GET", f"{PATH}/{{task_id}}", parse_query, present_query, openapi.QUERY),
        )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """Read `X-API-KEY`."""
        return presented_key(headers)

    def present_error(self, error: ClearcutError, _: str) -> Outbound:
        """Give the envelope, with a failed task's state where there is one."""
        return present_error(error)


PICWISH = PicWish()
