"""`POST /v1/uploads`, in words and back."""

import json

import pytest

from handler.dialects.base import Inbound, Upload
from handler.dialects.native.uploads import parse_upload, present_ticket
from handler.domain.errors import InvalidParameterError
from handler.domain.request import UploadTicketRequest
from handler.domain.result import Balance, UploadTicket


def asked(*fields: tuple[str, str]) -> Inbound:
    """A request with these fields."""
    return Inbound(fields=fields)


def test_type_and_length_are_read_wherever_they_stand() -> None:
    """In the body or in the address, in whatever case."""
    expected = UploadTicketRequest("image/jpeg", 19_000_000)

    assert expected == parse_upload(asked(("content_type", "image/jpeg"), ("bytes", "19000000")))
    assert expected == parse_upload(
        Inbound(query=(("bytes", "19000000"),), fields=(("content_type", "Image/JPEG"),))
    )


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ((("bytes", "5"),), "content_type"),
        ((("content_type", "image/png"),), "bytes"),
        ((("content_type", "text/html"), ("bytes", "5")), "content_type"),
        ((("content_type", "image/png"), ("bytes", "0")), "bytes"),
        ((("content_type", "image/png"), ("bytes", "5.5")), "bytes"),
        ((("content_type", "image/png"), ("bytes", "5"), ("bytes", "6")), "bytes"),
        ((("content_type", "image/png"), ("bytes", "5"), ("name", "x")), "name"),
    ],
)
def test_a_fault_is_named(fields: tuple[tuple[str, str], ...], named: str) -> None:
    """Both are needed, once, and nothing else is."""
    with pytest.raises(InvalidParameterError) as refused:
        parse_upload(asked(*fields))

    assert named == refused.value.field


def test_the_picture_itself_does_not_come_here() -> None:
    """The refusal says where it goes."""
    with pytest.raises(InvalidParameterError, match="address in the answer"):
        parse_upload(Inbound(files=(Upload("", "", "image/png", b"x"),)))


def test_a_ticket_says_how_to_send_the_picture() -> None:
    """Under the contract's names."""
    ticket = UploadTicket("upl_x", "https://b/", (("key", "a"), ("policy", "b")), 1_800_000_000.5, 5)
    answer = present_ticket(ticket, Inbound())

    assert (200, "application/json") == (answer.status, answer.media_type)
    assert {
        "upload_id": "upl_x",
        "url": "https://b/",
        "method": "POST",
        "fields": {"key": "a", "policy": "b"},
        "expires_at": "2027-01-15T08:00:00+00:00",
        "max_bytes": 5,
    } == json.loads(answer.body)


def test_nothing_else_is_presented_as_a_ticket() -> None:
    """A wrong outcome is a defect."""
    with pytest.raises(TypeError):
        present_ticket(Balance("a", "b", 1, 1), Inbound())
