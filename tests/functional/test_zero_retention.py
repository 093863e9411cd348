"""`CLEARCUT_ZERO_RETENTION`: nothing of a caller's picture is written anywhere."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from handler.bootstrap import books, stores
from handler.bootstrap.service import Service, build
from handler.domain.keeping import PostForm
from handler.ports import ObjectStore
from handler.settings import Settings
from tests.customers import new_key, used
from tests.fakes import FakeModel
from tests.images import encoded, photo

PICTURE = encoded(photo(160, 120))


class Untouchable:
    """A store that must not be written to; there is nothing in it."""

    def __init__(self) -> None:
        self.touched: list[str] = []

    def put(self, name: str, data: bytes, media_type: str) -> None:
        """Note the offence, also where somebody takes the failure lightly."""
        self.touched.append(name)

    def form(self, name: str, max_bytes: int, media_type: str, seconds: int) -> PostForm:
        """What it lets others write counts too."""
        self.touched.append(name)
        return PostForm("", ())

    def link(self, name: str, seconds: int, filename: str, media_type: str) -> str:
        """There is nothing to lead to."""
        self.touched.append(name)
        return ""

    def get(self, name: str) -> bytes | None:
        """There is nothing."""

    def size(self, name: str) -> int | None:
        """There is nothing."""

    def delete(self, name: str) -> None:
        """There is nothing."""

    def forget_expired(self) -> None:
        """There is nothing."""


@pytest.fixture
def store() -> Untouchable:
    """The only store there is."""
    return Untouchable()


@pytest.fixture
def service(tmp_path: Path, store: Untouchable, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The whole house on that store, with answers that carry little."""

    def open_stores(settings: Settings) -> stores.Stores:
        rooms: ObjectStore = store
        return replace(stores.open_stores(settings), objects=rooms)

    monkeypatch.setattr(books, "open_stores", open_stores)
    settings = Settings(home=tmp_path, zero_retention=True, max_result_bytes=20_000)
    return build(settings, model=FakeModel())


@pytest.fixture
def unmarked(service: Service, store: Untouchable, tmp_path: Path) -> Iterator[None]:
    """Nothing was stored once the test is over: not in the store, and no file that holds a picture."""
    yield
    kept = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert [] == store.touched
    assert {"accounts.sqlite3", "accounts.sqlite3-wal", "accounts.sqlite3-shm", "secret"} >= set(kept)
    assert not any(PICTURE[-64:] in path.read_bytes() for path in tmp_path.rglob("*.sqlite3*"))


@pytest.mark.usefixtures("unmarked")
def test_pictures_are_cut_out_and_forgotten(client: TestClient, key: str) -> None:
    """The second request finds nothing of the first; its name is known all the same, and needs no memory."""
    headers = {"x-api-key": key}
    first, second = (client.post("/v1/remove", headers=headers, files={"file": PICTURE}) for _ in range(2))
    known = {**headers, "If-None-Match": first.headers["etag"]}
    third = client.post("/v1/remove", headers=known, files={"file": PICTURE})

    assert [(200, "miss")] * 2 == [(each.status_code, each.headers["x-cache"]) for each in (first, second)]
    assert 304 == third.status_code


@pytest.mark.usefixtures("unmarked")
@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("POST", "/v1/uploads", {"json": {"content_type": "image/png", "bytes": 1000}}),
        ("POST", "/v1/jobs", {"files": {"file": PICTURE}}),
        ("POST", "/v1/remove", {"files": {"file": PICTURE}, "data": {"response": "url"}}),
        ("POST", "/v1/remove", {"data": {"upload_id": "6f1c2b9e-0d4a-4f3b-9a51-2e7c8d90ab12"}}),
        ("POST", "/v1/remove", {"files": {"file": PICTURE}, "headers": {"Idempotency-Key": "once"}}),
    ],
)
def test_what_needs_storage_is_refused_in_words(
    client: TestClient, key: str, method: str, path: str, sent: dict[str, Any]
) -> None:
    """And costs nothing."""
    headers = {"x-api-key": key, **sent.get("headers", {})}
    answer = client.request(method, path, **{**sent, "headers": headers})

    assert (403, "permission_denied") == (answer.status_code, answer.json()["code"])
    assert 0 == used(client, key)


@pytest.mark.usefixtures("unmarked")
@pytest.mark.parametrize(
    ("path", "field", "status"),
    [
        ("/v1.0/removebg", "image_file", 200),
        ("/api/remove", "file", 200),
        ("/v1/tools/remove-bg/", "image_file", 403),
        ("/api/tasks/visual/segmentation", "image_file", 403),
        ("/api/v1/tools/remove-background", "file", 403),
        ("/api/v1/tools/remove-background/batch", "file", 403),
        ("/v3/remove-bg/upload-image/", "image", 403),
    ],
)
def test_no_dialect_keeps_anything(client: TestClient, key: str, path: str, field: str, status: int) -> None:
    """It answers with the picture itself, or says that it cannot; refusals are free."""
    headers = {"x-api-key": key, "Authorization": f"Bearer {key}"}
    answer = client.post(path, headers=headers, files={field: PICTURE})

    assert status == answer.status_code, answer.text
    assert status == 200 or "kept" in answer.text
    assert status == 200 or 0 == used(client, key)


@pytest.mark.usefixtures("unmarked")
def test_a_result_that_does_not_fit_is_refused_in_words(client: TestClient, key: str) -> None:
    """There is no store to lead to."""
    variants = json.dumps([{"name": name, "format": "png"} for name in ("a", "b", "c", "d")])
    large = encoded(photo(1200, 900))
    answers = [
        client.post("/v1/remove", headers={"x-api-key": key}, files={"file": large}, data=data)
        for data in ({}, {"variants": variants})
    ]

    assert [400, 400] == [answer.status_code for answer in answers]
    assert all("smaller size" in answer.json()["details"] for answer in answers)
    assert 0 == used(client, key)


def test_a_store_is_written_to_where_that_is_allowed(tmp_path: Path) -> None:
    """So that the tests above can fail."""
    service = build(Settings(home=tmp_path), model=FakeModel())
    with TestClient(service.app) as client:
        client.post("/v1/remove", headers={"x-api-key": new_key(service)}, files={"file": PICTURE})

    assert 1 == len(list((tmp_path / "objects" / "mattes").iterdir()))
