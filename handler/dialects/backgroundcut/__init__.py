"""
BackgroundCut v3: upload a picture, then process it into any number of variants, for one charge.

The calls of its older versions, one picture in and one out, are served beside.
"""

from collections.abc import Mapping
from typing import Any

from handler.dialects.backgroundcut import openapi
from handler.dialects.backgroundcut.cutting import V1, V2
from handler.dialects.backgroundcut.errors import present_error
from handler.dialects.backgroundcut.processing import (
    PROCESS,
    parse_granted,
    parse_process,
    parse_process_ticket,
    present_process_ticket,
    present_urls,
)
from handler.dialects.backgroundcut.uploading import (
    UPLOAD,
    parse_upload,
    parse_upload_ticket,
    present_upload,
    present_upload_ticket,
)
from handler.dialects.base import Access, Inbound, Outbound, Route
from handler.domain.errors import ClearcutError, NotServedError
from handler.domain.key import presented_key
from handler.domain.request import Intent


def refuse(_: Inbound) -> Intent:
    """Answer what the vendor itself only announces."""
    raise NotServedError("This endpoint is coming soon")


class BackgroundCut:
    """Every path ends in a slash there; both spellings are taken."""

    name = "backgroundcut"
    security_schemes: Mapping[str, Any] = openapi.SECURITY_SCHEMES

    @property
    def routes(self) -> tuple[Route, ...]:
        """Uploads and processing, each also for a client that has a single-use token instead of a key."""
        token = Access.TOKEN
        return (
            Route("POST", f"{UPLOAD}/", parse_upload, present_upload, openapi.UPLOAD),
            Route(
                "POST",
                f"{UPLOAD}/presign/",
                parse_upload_ticket,
                present_upload_ticket,
                openapi.UPLOAD_TICKET,
            ),
            Route("POST", f"{UPLOAD}/presigned/", parse_upload, present_upload, openapi.UPLOAD_ONCE, token),
            Route("POST", f"{PROCESS}/", parse_process, present_urls, openapi.PROCESS),
            Route(
                "POST",
                f"{PROCESS}/presign/",
                parse_process_ticket,
                present_process_ticket,
                openapi.PROCESS_TICKET,
            ),
            Route("POST", f"{PROCESS}/presigned/", parse_granted, present_urls, openapi.PROCESS_ONCE, token),
            Route("POST", "/v3/generate-ai-background/", refuse, present_urls, openapi.AI_BACKGROUND),
            Route("POST", "/v3/inpaint/", refuse, present_urls, openapi.INPAINT),
            Route("POST", "/v2/cut/", V2.parse, V2.present, openapi.CUT_V2),
            Route("POST", "/api/v1/cut/", V1.parse, V1.present, openapi.CUT_V1),
        )

    def credential(self, headers: Mapping[str, str]) -> str | None:
        """Read `Authorization: Bearer`, or, as its older versions write it, `Token` or the key alone."""
        if key := presented_key(headers):
            return key
        *scheme, key = headers.get("authorization", "").split() or [""]
        return key or None if scheme in ([], ["Token"]) else None

    def present_error(self, error: ClearcutError, _: str) -> Outbound:
        """Give `{"detail": "..."}`, always a sentence."""
        return present_error(error)


BACKGROUNDCUT = BackgroundCut()
