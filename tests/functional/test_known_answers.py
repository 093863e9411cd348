"""Answers that a caller has already, and pictures that the service has seen already."""

from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.domain.image import Bytes, Floats
from handler.settings import Settings
from tests.customers import new_key, used
from tests.fakes import FakeModel
from tests.images import encoded, photo

PICTURE = encoded(photo(160, 120))


@dataclass(slots=True)
class CountingModel:
    """A model that counts its runs."""

    label: str = "counting@000000000000"
    input_size: tuple[int, int] = (64, 64)
    runs: list[tuple[int, ...]] = field(default_factory=list)

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """The same for every shape."""
        return self.input_size

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha of a disc."""
        self.runs.append(rgb.shape)
        return FakeModel().predict(rgb)


@pytest.fixture
def model() -> CountingModel:
    """The model of the service under test."""
    return CountingModel()


@pytest.fixture
def service(tmp_path: Path, model: CountingModel) -> Service:
    """The whole house, with a model that counts."""
    return build(Settings(home=tmp_path), model=model)


def send(client: TestClient, key: str, headers: dict[str, str] | None = None, **data: str) -> httpx2.Response:
    """Ask for a cut-out of the picture."""
    return client.post(
        "/v1/remove", headers={"x-api-key": key, **(headers or {})}, files={"file": PICTURE}, data=data
    )


def test_another_background_takes_no_second_run_of_the_model(
    client: TestClient, key: str, model: CountingModel, tmp_path: Path
) -> None:
    """And gives the very bytes that a service without any memory gives."""
    first, second = send(client, key), send(client, key, bg_color="#ff0000", size="preview")
    forgetful = build(Settings(home=tmp_path / "other", matte_cache=False), model=FakeModel())
    with TestClient(forgetful.app) as other:
        anew = send(other, new_key(forgetful), bg_color="#ff0000", size="preview")

    assert ["miss", "hit", "miss"] == [each.headers["x-cache"] for each in (first, second, anew)]
    assert 1 == len(model.runs)
    assert anew.content == second.content
    assert 2 == used(client, key)
    assert "matte" not in second.headers["server-timing"]


@pytest.mark.parametrize(
    ("path", "headers", "field"),
    [
        ("/v1.0/removebg", {"X-Api-Key": "{key}"}, "image_file"),
        ("/v1.0/removebg", {"X-Api-Key": "{key}", "Accept": "application/json"}, "image_file"),
        ("/api/remove", {}, "file"),
    ],
)
def test_every_dialect_says_whether_the_model_ran_and_knows_its_answers(
    client: TestClient, key: str, path: str, headers: dict[str, str], field: str
) -> None:
    """As native does: a hit on the second request, and nothing new for who has the answer."""

    def ask(**more: str) -> httpx2.Response:
        shown = {name: value.format(key=key) for name, value in headers.items()}
        return client.post(path, headers={**shown, **more}, files={field: PICTURE})

    first, second = ask(), ask()
    known = ask(**{"If-None-Match": first.headers["etag"]})

    assert ["miss", "hit"] == [each.headers["x-cache"] for each in (first, second)]
    assert first.content == second.content
    assert (304, b"") == (known.status_code, known.content)


def test_nobody_finds_out_what_another_account_has_sent(
    client: TestClient, service: Service, model: CountingModel
) -> None:
    """The same picture is new to each account."""
    answers = [send(client, new_key(service)) for _ in range(2)]

    assert ["miss", "miss"] == [answer.headers["x-cache"] for answer in answers]
    assert 2 == len(model.runs)


def test_another_quality_is_another_matte(client: TestClient, key: str, model: CountingModel) -> None:
    """What decides the matte decides what it is kept under."""
    answers = [send(client, key, quality=quality) for quality in ("medium", "low", "medium")]

    assert ["miss", "miss", "hit"] == [answer.headers["x-cache"] for answer in answers]


def test_the_cache_can_be_switched_off(tmp_path: Path, model: CountingModel) -> None:
    """Then the model runs each time."""
    service = build(Settings(home=tmp_path, matte_cache=False), model=model)
    with TestClient(service.app) as client:
        key = new_key(service)
        answers = [send(client, key) for _ in range(2)]

    assert ["miss", "miss"] == [answer.headers["x-cache"] for answer in answers]
    assert 2 == len(model.runs)
    assert [] == list(tmp_path.rglob("mattes"))


def test_a_caller_who_has_the_answer_is_told_so_and_pays_nothing(
    client: TestClient, key: str, model: CountingModel
) -> None:
    """No inference, no body, the same name."""
    first = send(client, key)
    again = send(client, key, {"If-None-Match": f'"other", {first.headers["etag"]}'})

    assert (304, b"", first.headers["etag"]) == (again.status_code, again.content, again.headers["etag"])
    assert (1, 1) == (len(model.runs), used(client, key))


def test_a_caller_without_credits_is_still_told_that_nothing_has_changed(
    client: TestClient, service: Service
) -> None:
    """What costs nothing needs no credits."""
    key = new_key(service, 1000)
    first = send(client, key)

    assert 402 == send(client, key).status_code
    assert 304 == send(client, key, {"If-None-Match": first.headers["etag"]}).status_code


@pytest.mark.parametrize(
    ("headers", "data"),
    [
        ({}, {"format": "webp"}),
        ({}, {"bg_color": "#fff"}),
        ({}, {"quality": "low"}),
        ({"Accept": "application/json"}, {}),
    ],
)
def test_another_request_has_another_name(
    client: TestClient, key: str, headers: dict[str, str], data: dict[str, str]
) -> None:
    """Every option counts, and so does the form of the answer."""
    first, other = send(client, key), send(client, key, headers, **data)
    wrong = send(client, key, {"If-None-Match": first.headers["etag"], **headers}, **data)

    assert first.headers["etag"] != other.headers["etag"]
    assert 200 == wrong.status_code


def test_a_star_names_no_answer(client: TestClient, key: str) -> None:
    """Whoever has none must get one."""
    send(client, key)

    assert 200 == send(client, key, {"If-None-Match": "*"}).status_code


def test_an_answer_has_the_same_name_wherever_it_was_made(
    client: TestClient, key: str, tmp_path: Path
) -> None:
    """It depends on what was asked, not on a cache."""
    twin = build(Settings(home=tmp_path / "twin", matte_cache=False), model=CountingModel())
    with TestClient(twin.app) as other:
        elsewhere = send(other, new_key(twin))

    assert elsewhere.headers["etag"] == send(client, key).headers["etag"]
