"""Pictures that are kept for later, each for its own account."""

import os
import time
import uuid
from pathlib import Path

import pytest

from handler.domain.account import Caller
from handler.domain.errors import (
    ImageTooLargeError,
    InvalidParameterError,
    UnsupportedFormatError,
    UploadNotFoundError,
    ZeroRetentionError,
)
from handler.domain.keeping import ENDINGS
from handler.domain.request import UploadTicketRequest
from handler.ports import ObjectStore
from handler.services.uploads import Uploads
from tests.backends import open_local
from tests.images import FORMATS, encoded, gradient

MAX_BYTES = 1000
CALLER = Caller("org_a", "key_a", test=False)
NOW = 1_800_000_000.0
PICTURE = encoded(gradient(4, 4))


@pytest.fixture
def objects(tmp_path: Path) -> ObjectStore:
    """A folder."""
    return open_local(tmp_path).objects


@pytest.fixture
def uploads(objects: ObjectStore) -> Uploads:
    """Uploads of at most so many bytes."""
    return Uploads(objects, MAX_BYTES, lambda: NOW)


@pytest.mark.parametrize(("media_type", "ending"), ENDINGS.items())
def test_a_ticket_is_for_one_file_of_its_type_and_size(
    uploads: Uploads, media_type: str, ending: str
) -> None:
    """It tells the form, its end, and the name that the picture then has."""
    ticket = uploads.open_upload(CALLER, UploadTicketRequest(media_type, 5))

    assert str(uuid.UUID(ticket.upload_id, version=4)) == ticket.upload_id
    assert f"{ticket.upload_id}.{ending}" in uploads.link("org_a", ticket.upload_id)
    assert ticket.url.endswith(f"/uploads/org_a/{ticket.upload_id}")
    assert {"Content-Type": media_type, "max-bytes": "5"}.items() <= dict(ticket.fields).items()
    assert (NOW + 3600, 5) == (ticket.expires_at, ticket.max_bytes)


@pytest.mark.parametrize("picture_format", FORMATS)
def test_what_is_kept_is_named_by_what_it_is(objects: ObjectStore, picture_format: str) -> None:
    """Whatever the format, its type is one that a ticket may be for."""
    uploads = Uploads(objects, 100_000, lambda: NOW)
    upload_id = uploads.keep("org_a", encoded(gradient(8, 8), picture_format))
    ending = "jpg" if picture_format == "jpeg" else picture_format

    assert f"{upload_id}.{ending}" in uploads.link("org_a", upload_id)


def test_no_two_tickets_are_for_one_name(uploads: Uploads) -> None:
    """Names are drawn, not counted."""
    drawn = {uploads.open_upload(CALLER, UploadTicketRequest("image/png", 5)).upload_id for _ in range(50)}

    assert 50 == len(drawn)


@pytest.mark.parametrize(
    ("media_type", "size_bytes", "refusal"),
    [
        ("text/html", 5, InvalidParameterError),
        ("image/svg+xml", 5, InvalidParameterError),
        ("", 5, InvalidParameterError),
        ("image/png", 0, InvalidParameterError),
        ("image/png", -1, InvalidParameterError),
        ("image/png", MAX_BYTES + 1, ImageTooLargeError),
    ],
)
def test_what_could_not_be_used_is_refused_at_once(
    uploads: Uploads, media_type: str, size_bytes: int, refusal: type[Exception]
) -> None:
    """Before anybody sends 20 MB."""
    with pytest.raises(refusal):
        uploads.open_upload(CALLER, UploadTicketRequest(media_type, size_bytes))


def test_a_kept_picture_comes_back_to_its_account(uploads: Uploads) -> None:
    """With a link that says what it is."""
    upload_id = uploads.keep("org_a", PICTURE)

    assert PICTURE == uploads.load("org_a", upload_id)
    assert all(part in uploads.link("org_a", upload_id) for part in (f"{upload_id}.png", "type=image%2Fpng"))


def test_unknown_foreign_and_expired_are_one_refusal(uploads: Uploads, tmp_path: Path) -> None:
    """Nobody learns what others have uploaded."""
    upload_id = uploads.keep("org_a", PICTURE)
    refusals = []
    for account_id, name in (
        ("org_b", upload_id),
        ("org_a", f"{upload_id[:-1]}0"),
        ("org_a", f"{upload_id[:-1]}f"),
        ("org_a", f"../org_a/{upload_id}"),
        ("org_a", ""),
        ("org_a", upload_id + "\n"),
    ):
        with pytest.raises(UploadNotFoundError) as refused:
            uploads.load(account_id, name)
        refusals.append(str(refused.value))
    yesterday = time.time() - 24 * 3600
    os.utime(tmp_path / "objects" / "uploads" / "org_a" / upload_id, (yesterday, yesterday))
    with pytest.raises(UploadNotFoundError) as refused:
        uploads.load("org_a", upload_id)

    assert {str(refused.value)} == set(refusals)


class Unread:
    """A store with something large that must not be read."""

    def size(self, _: str) -> int:
        """Tell."""
        return MAX_BYTES + 1


def test_what_is_too_large_is_refused_unread() -> None:
    """By the service's bound, or by the one of who asks."""
    uploads = Uploads(Unread(), MAX_BYTES)  # type: ignore[arg-type] # nothing else may be asked of it
    upload_id = "00000000-0000-4000-8000-000000000001"
    with pytest.raises(ImageTooLargeError):
        uploads.load("org_a", upload_id)
    with pytest.raises(ImageTooLargeError):
        uploads.load("org_a", upload_id, MAX_BYTES - 1)
    # With room enough it asks for the bytes.
    with pytest.raises(AttributeError):
        uploads.load("org_a", upload_id, MAX_BYTES + 1)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [(b"", UnsupportedFormatError), (b"text", UnsupportedFormatError), (b"x" * 1001, ImageTooLargeError)],
)
def test_only_pictures_are_kept(uploads: Uploads, data: bytes, refusal: type[Exception]) -> None:
    """And none that could not be loaded again."""
    with pytest.raises(refusal):
        uploads.keep("org_a", data)


def test_a_deleted_picture_is_gone(uploads: Uploads) -> None:
    """Twice is no error, and another account deletes nothing."""
    upload_id = uploads.keep("org_a", PICTURE)
    uploads.delete("org_b", upload_id)
    assert PICTURE == uploads.load("org_a", upload_id)
    uploads.delete("org_a", upload_id)
    uploads.delete("org_a", upload_id)

    with pytest.raises(UploadNotFoundError):
        uploads.load("org_a", upload_id)


def test_with_zero_retention_nothing_can_be_uploaded() -> None:
    """Each use says why, as a refusal that callers understand."""
    uploads = Uploads(None, MAX_BYTES)
    upload_id = "00000000-0000-4000-8000-000000000001"
    for use in (
        lambda: uploads.open_upload(CALLER, UploadTicketRequest("image/png", 5)),
        lambda: uploads.keep("org_a", PICTURE),
        lambda: uploads.load("org_a", upload_id),
        lambda: uploads.link("org_a", upload_id),
        lambda: uploads.delete("org_a", upload_id),
    ):
        with pytest.raises(ZeroRetentionError, match="stores no pictures"):
            use()
