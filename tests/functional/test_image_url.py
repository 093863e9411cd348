"""Pictures by their addresses, over HTTP: a real origin on the loopback, exempt for the test."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.settings import Settings
from tests.customers import used
from tests.fakes import FakeModel
from tests.images import encoded, gradient
from tests.origins import Origin, answer, open_origin, redirect

PICTURE = encoded(gradient())
MAX_BYTES = 100_000


@pytest.fixture
def origin() -> Iterator[Origin]:
    """A server with a picture and some traps."""
    pages = {
        "/photo.png": answer(PICTURE),
        "/moved": redirect("/photo.png"),
        "/inside": redirect("http://169.254.169.254/latest/meta-data/"),
        "/runtime": redirect("http://127.0.0.1:9001/2018-06-01/runtime/invocation/next"),
        "/page": answer(b"<html>a secret page</html>"),
        "/large": answer(PICTURE + bytes(MAX_BYTES)),
        "/half": answer(PICTURE[: len(PICTURE) // 2]),
        "/cut": answer(PICTURE, f"Content-Length: {len(PICTURE) + 9}"),
        "/error": answer(b"a secret", status="500 Secret"),
    }
    with open_origin(pages) as origin:
        yield origin


@pytest.fixture
def service(tmp_path: Path, origin: Origin) -> Service:
    """The whole house, with a fake model, and one host that may be private."""
    settings = Settings(
        home=tmp_path,
        max_bytes=MAX_BYTES,
        fetch_allow_hosts=f"127.0.0.1:{origin.port}",
        hold_seconds=60,
        matte_cache=False,
    )
    return build(settings, model=FakeModel())


def send(client: TestClient, key: str, url: str) -> httpx2.Response:
    """Ask for a cut-out of the picture at an address."""
    return client.post("/v1/remove", headers={"x-api-key": key}, json={"image_url": url})


def test_an_address_gives_the_bytes_that_an_upload_gives(
    client: TestClient, key: str, origin: Origin
) -> None:
    """In every form of body and under both names, at the price of one picture."""
    headers, url = {"x-api-key": key}, origin.url("/photo.png")
    uploaded = client.post("/v1/remove", headers=headers, files={"file": PICTURE})
    answers = [
        send(client, key, url),
        send(client, key, f" {origin.url('/moved')}\n"),
        client.post("/v1/remove", headers=headers, data={"image_url": url}),
        client.post("/v1/remove", headers=headers, data={"url": url}, files={}),
        client.post("/v1/remove", headers=headers, files={"url": (None, url.encode())}),
        client.post("/v1/remove", headers=headers, params={"image_url": url}),
    ]

    assert [200] * 6 == [response.status_code for response in answers]
    assert {uploaded.content} == {response.content for response in answers}
    stages = [part.split(";")[0] for part in answers[0].headers["server-timing"].split(", ")]
    assert ["fetch", "decode", "matte", "refine", "compose", "encode"] == stages
    assert "fetch" not in uploaded.headers["server-timing"]
    assert used(client, key) == 7


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/inside", "image_url_forbidden"),
        ("/runtime", "image_url_forbidden"),
        ("/page", "unsupported_format"),
        ("/large", "image_too_large"),
        ("/half", "unreadable_image"),
        ("/cut", "image_url_failed"),
        ("/error", "image_url_failed"),
        ("/nothing", "image_url_failed"),
    ],
)
def test_what_cannot_be_fetched_is_told_and_costs_nothing(
    client: TestClient, key: str, origin: Origin, path: str, code: str
) -> None:
    """Each by its own code, and never with a word of what the server said."""
    response = send(client, key, origin.url(path))

    assert (400, code) == (response.status_code, response.json()["code"])
    assert "secret" not in response.text.lower()
    assert used(client, key) == 0


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("photo.png", "image_url_invalid"),
        ("file:///etc/passwd", "image_url_invalid"),
        ("http://2130706433/", "image_url_invalid"),
        ("http://user:word@127.0.0.1/", "image_url_invalid"),
        ("http://127.0.0.1/", "image_url_forbidden"),
        ("http://[::1]/", "image_url_forbidden"),
        ("http://169.254.169.254/", "image_url_forbidden"),
        ("http://localhost/", "image_url_forbidden"),
        ("http://127.0.0.1:9001/", "image_url_forbidden"),
        ("  ", "missing_image"),
    ],
)
def test_an_address_that_is_not_taken_is_told_and_costs_nothing(
    client: TestClient, key: str, url: str, code: str
) -> None:
    """Refused by its form, or by where it leads."""
    response = send(client, key, url)

    assert (400, code) == (response.status_code, response.json()["code"])
    assert used(client, key) == 0


def test_two_sources_are_refused(client: TestClient, key: str, origin: Origin) -> None:
    """Which one counts must not be guessed, and neither is fetched."""
    headers, url = {"x-api-key": key}, origin.url("/photo.png")
    bodies = [
        client.post("/v1/remove", headers=headers, data={"image_url": url}, files={"file": PICTURE}),
        client.post("/v1/remove", headers=headers, json={"image_url": url, "url": url}),
        client.post("/v1/remove", headers=headers, json={"image_url": url, "image_b64": "aGk="}),
        client.post(
            "/v1/remove",
            headers={**headers, "content-type": "image/png"},
            params={"url": url},
            content=PICTURE,
        ),
        client.post("/v1/remove", headers=headers, data={"image_url": url, "image_file": "photo.png"}),
    ]

    assert [(400, "multiple_images")] * 5 == [(body.status_code, body.json()["code"]) for body in bodies]
    assert origin.heads == []


def test_nothing_is_fetched_for_who_cannot_pay(client: TestClient, service: Service, origin: Origin) -> None:
    """The hold goes first."""
    account_id = service.books.bookkeeping.create_account("poor", "Demo")
    _, secret = service.books.keys.create(account_id, "poor")

    responses = [send(client, key, origin.url("/photo.png")) for key in (secret, "ck_live_nonsense")]

    assert [402, 401] == [response.status_code for response in responses]
    assert origin.heads == []


def test_a_repeat_is_answered_without_fetching_again(client: TestClient, key: str, origin: Origin) -> None:
    """An idempotency key covers the address like any other parameter."""
    headers = {"x-api-key": key, "Idempotency-Key": "once"}
    body = {"image_url": origin.url("/photo.png")}
    first, second = (client.post("/v1/remove", headers=headers, json=body) for _ in range(2))
    other = client.post("/v1/remove", headers=headers, json={"image_url": origin.url("/moved")})

    assert first.content == second.content
    assert [200, 200, 422] == [first.status_code, second.status_code, other.status_code]
    assert len(origin.heads) == 1
    assert used(client, key) == 1


def test_a_slow_origin_is_left_with_the_requests_own_deadline(tmp_path: Path, origin: Origin) -> None:
    """The answer still comes in time, and costs nothing."""
    origin.pages["/slow"] = origin.drip(b"x", start=b"HTTP/1.1 200 OK\r\n\r\n")
    allowed = f"127.0.0.1:{origin.port}"
    service = build(
        Settings(home=tmp_path, deadline_seconds=0.5, fetch_allow_hosts=allowed), model=FakeModel()
    )
    account_id = service.books.bookkeeping.create_account("test", "Demo")
    service.books.bookkeeping.grant(account_id, 1000, "test")
    _, secret = service.books.keys.create(account_id, "test")
    with TestClient(service.app) as client:
        response = send(client, secret, origin.url("/slow"))

        assert (504, "deadline_exceeded") == (response.status_code, response.json()["code"])
        assert used(client, secret) == 0
