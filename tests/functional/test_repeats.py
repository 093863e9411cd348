"""`Idempotency-Key` over HTTP."""

from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.settings import Settings
from tests.customers import new_key, used
from tests.fakes import FakeModel
from tests.images import encoded, gradient

PICTURE = encoded(gradient())


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """The whole house, with a fake model."""
    return build(Settings(home=tmp_path), model=FakeModel())


def send(client: TestClient, key: str, name: str, **data: str) -> httpx2.Response:
    """One request under an idempotency key."""
    headers = {"x-api-key": key, "Idempotency-Key": name}
    return client.post("/v1/remove", headers=headers, files={"image_file": PICTURE}, data=data)


def test_a_repetition_gets_the_first_answer_and_pays_nothing(client: TestClient, key: str) -> None:
    """The same bytes, said to be a replay, and one charge in all."""
    first, second = (send(client, key, "order-1") for _ in range(2))

    assert (200, first.content) == (second.status_code, second.content)
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert first.headers["x-image-width"] == second.headers["x-image-width"]
    assert "x-credits-charged" not in second.headers
    assert used(client, key) == 1


def test_another_request_under_the_same_key_is_refused(client: TestClient, key: str) -> None:
    """A key belongs to what it was first used for."""
    send(client, key, "order-1")
    other = send(client, key, "order-1", size="small")

    assert (422, "idempotency_mismatch") == (other.status_code, other.json()["code"])
    assert used(client, key) == 1


def test_a_refused_request_leaves_its_key_free(client: TestClient, key: str) -> None:
    """Nothing is kept of what was not answered, so that the caller may mend it."""
    refused = send(client, key, "order-1", size="odd")
    mended = send(client, key, "order-1")

    assert (400, 200) == (refused.status_code, mended.status_code)


def test_what_only_says_that_nothing_has_changed_is_not_kept(client: TestClient, key: str) -> None:
    """Whoever repeats the request without the answer at hand gets the answer."""
    known = {"If-None-Match": send(client, key, "order-1").headers["etag"]}
    unchanged = client.post(
        "/v1/remove",
        headers={"x-api-key": key, "Idempotency-Key": "order-2", **known},
        files={"image_file": PICTURE},
    )

    assert [304, 200] == [unchanged.status_code, send(client, key, "order-2").status_code]


def test_a_free_key_does_not_replay_what_was_paid_for(client: TestClient, service: Service) -> None:
    """Test and live keys of one account ask for different things."""
    live = new_key(service)
    account_id = service.books.authentication.by_key(live).account_id
    free = service.books.keys.create(account_id, "free", test=True)[1]
    send(client, live, "order-1")

    assert send(client, free, "order-1").status_code == 422


@pytest.mark.parametrize("name", ["", "x" * 256])
def test_a_key_of_no_sense_is_refused(client: TestClient, key: str, name: str) -> None:
    """One to 255 characters."""
    refused = send(client, key, name)

    assert (400, "Idempotency-Key") == (refused.status_code, refused.json()["details"]["field"])
