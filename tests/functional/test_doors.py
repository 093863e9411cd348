"""Which dialects are served, and to whom without a key."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.domain.errors import InvalidParameterError
from handler.services.bookkeeping import GUESTS
from handler.settings import Settings
from tests.customers import new_key
from tests.fakes import FakeModel
from tests.functional.test_api import png


def started(home: Path, **settings: str) -> tuple[Service, TestClient]:
    """A service with these settings, and a client of it."""
    service = build(Settings(home=home, **settings), model=FakeModel())  # type: ignore[arg-type] # texts alone
    return service, TestClient(service.app)


def test_a_dialect_that_is_switched_off_answers_403(tmp_path: Path) -> None:
    """In its own form, and also to a good key."""
    service, client = started(tmp_path, dialects="rembg")
    answer = client.get("/v1/me", headers={"x-api-key": new_key(service)})

    assert (403, "permission_denied") == (answer.status_code, answer.json()["code"])
    assert "switched off" in answer.json()["details"]


def test_whoever_needs_no_key_works_on_the_account_for_guests(tmp_path: Path) -> None:
    """And it is charged like any other."""
    service, client = started(tmp_path, open_dialects="native")
    before = service.books.bookkeeping.find(GUESTS).spent
    answer = client.post("/v1/remove", files={"image_file": png()})

    assert (200, "1") == (answer.status_code, answer.headers["x-credits-charged"])
    assert (0, 1000) == (before, service.books.bookkeeping.find(GUESTS).spent)


def test_a_key_that_is_shown_is_looked_at_even_where_none_is_needed(tmp_path: Path) -> None:
    """A wrong one is no guest's."""
    service, client = started(tmp_path, open_dialects="native")

    assert 401 == client.get("/v1/me", headers={"x-api-key": "wrong"}).status_code
    mine = client.get("/v1/me", headers={"x-api-key": new_key(service)}).json()
    assert mine["organizationId"] != GUESTS


def test_guests_can_be_sent_to_an_account_of_the_owner(tmp_path: Path) -> None:
    """Whose credits they then use."""
    service, _ = started(tmp_path)
    account_id = service.books.bookkeeping.create_account("shop")
    _, client = started(tmp_path, open_dialects="native", open_account=account_id)

    assert account_id == client.get("/v1/me").json()["organizationId"]
    assert 402 == client.post("/v1/remove", files={"image_file": png()}).status_code


@pytest.mark.parametrize("names", ["", "none"])
def test_a_dialect_that_is_not_named_asks_for_a_key(tmp_path: Path, names: str) -> None:
    """By default only those do not whose clients cannot send one."""
    _, client = started(tmp_path, **({"open_dialects": names} if names else {}))

    assert 401 == client.get("/v1/me").status_code


@pytest.mark.parametrize("setting", ["dialects", "open_dialects"])
def test_a_name_that_no_dialect_has_is_refused_at_start(tmp_path: Path, setting: str) -> None:
    """The message lists those that exist."""
    with pytest.raises(InvalidParameterError, match=f"native.*CLEARCUT_{setting.upper()}.*photoshop"):
        started(tmp_path, **{setting: "native,photoshop"})


def test_an_address_that_nobody_has_is_told_of_in_the_nearest_dialect(tmp_path: Path) -> None:
    """With every method that the address does take, and whatever that dialect's answers always hold."""
    _, client = started(tmp_path)
    put, lost = client.put("/api/remove"), client.get("/v1.0/nothing")
    envelope = client.post("/api/tasks/visual/segmentation/some-id").json()

    assert (405, "GET, POST", {"detail"}) == (put.status_code, put.headers["allow"], set(put.json()))
    assert (404, "*") == (lost.status_code, lost.headers["access-control-allow-origin"])
    assert "not_found" == lost.json()["errors"][0]["code"]
    assert (405, {}) == (envelope["status"], envelope["data"])
