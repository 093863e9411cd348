"""Keeping a picture for the process calls that follow, with a key or with a token."""

from handler.dialects.answers import Headers, json_answer
from handler.dialects.base import SIGNED_REQUEST, Inbound, Outbound
from handler.dialects.reading.source import SourceNames
from handler.dialects.reading.strays import ignored_header
from handler.domain.request import KeepRequest, TokenRequest
from handler.domain.result import IssuedToken, Kept, Outcome

TOKEN_SECONDS = 600
NAMES = SourceNames(files=("image",), hint="Send it as multipart/form-data in the field 'image'")
UPLOAD = "/v3/remove-bg/upload-image"


def parse_upload(inbound: Inbound) -> KeepRequest:
    """Read the picture's file."""
    source = NAMES.only(inbound)
    if not isinstance(source, bytes):
        raise TypeError(source)
    return KeepRequest(source)


def parse_upload_ticket(_: Inbound) -> TokenRequest:
    """Ask for a token for one upload; whatever the body holds means nothing."""
    return TokenRequest("POST", f"{UPLOAD}/presigned/", "", TOKEN_SECONDS)


def present_upload(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Give the picture's name for the calls that follow."""
    if not isinstance(outcome, Kept):
        raise TypeError(outcome)
    ignored = ignored_header(inbound, (*NAMES.every, SIGNED_REQUEST))
    return json_answer(200, {"unique_filename": outcome.upload_id}, ignored)


def present_upload_ticket(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Hand out the token; no field has a meaning."""
    return present_token(outcome, ignored_header(inbound, ()))


def present_token(outcome: Outcome, ignored: Headers) -> Outbound:
    """Hand out a token."""
    if not isinstance(outcome, IssuedToken):
        raise TypeError(outcome)
    return json_answer(200, {SIGNED_REQUEST: outcome.text}, ignored)
