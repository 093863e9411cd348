"""SnapOtter's batches: a zip of what became of many pictures."""

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.domain.image import Bytes, Floats
from handler.services.bookkeeping import GUESTS
from handler.settings import Settings
from tests.fakes import FakeModel
from tests.otters import RED, REMOVE, progress, unzipped

BROKEN = b"no picture"


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """The whole house; who waits for a batch works on it himself."""
    return build(Settings(home=tmp_path), model=FakeModel())


def batch(
    client: TestClient, files: Sequence[tuple[str, bytes]], settings: str = "{}", **fields: str
) -> httpx2.Response:
    """Many pictures as a browser sends them."""
    parts = [("files", file) for file in files]
    return client.post(f"{REMOVE}/batch", files=parts, data={"settings": settings, **fields})


def spent(service: Service) -> int:
    """What guests have paid, in thousandths."""
    return service.books.bookkeeping.find(GUESTS).spent


def test_a_batch_is_a_zip_of_finished_pictures(client: TestClient, service: Service) -> None:
    """Named after the pictures, no two alike, for one credit each."""
    name = str(uuid.uuid4())
    settings = '{"backgroundType": "color", "backgroundColor": "#00f", "outputFormat": "webp"}'
    answer = batch(client, [("a.jpg", RED), ("b.png", RED), ("a.png", RED)], settings, clientJobId=name)
    made = unzipped(answer)

    assert ["a_nobg.webp", "b_nobg.webp", "a_nobg_1.webp"] == list(made)
    assert all(image.format == "WEBP" for image in made.values())
    corner = made["a_nobg.webp"].convert("RGB").getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert corner[2] > 240 > 20 + max(corner[:2])
    assert name == answer.headers["X-Job-Id"]
    listed = dict(enumerate(made))
    assert {str(index): file for index, file in listed.items()} == json.loads(
        answer.headers["X-File-Results"]
    )
    disposition = f'attachment; filename="batch-remove-background-{name[:8]}.zip"'
    assert disposition == answer.headers["content-disposition"]
    assert 3000 == spent(service)


def test_what_fails_is_left_out_and_not_charged(client: TestClient, service: Service) -> None:
    """The others are there, and the list says which."""
    answer = batch(client, [("a.jpg", RED), ("bad.jpg", BROKEN), ("ü é.jpg", RED)])

    assert ["a_nobg.png", "ü é_nobg.png"] == list(unzipped(answer))
    assert {"0": "a_nobg.png", "2": "ü é_nobg.png"} == json.loads(answer.headers["X-File-Results"])
    assert 2000 == spent(service)


@pytest.mark.parametrize("count", [1, 2])
def test_where_all_fail_each_is_told_of(client: TestClient, service: Service, count: int) -> None:
    """Nothing is charged."""
    answer = batch(client, [(f"{index}.jpg", BROKEN) for index in range(count)])
    content = answer.json()

    assert (422, "All files failed processing") == (answer.status_code, content["error"])
    assert [f"{index}.jpg" for index in range(count)] == [each["filename"] for each in content["errors"]]
    assert all(each["error"] for each in content["errors"])
    assert 0 == spent(service)


def test_a_list_too_long_for_a_header_is_left_out(client: TestClient) -> None:
    """The zip has the names all the same."""
    answer = batch(client, [(f"{index}{'中' * 140}.jpg", RED) for index in range(10)])

    assert 10 == len(unzipped(answer))
    assert "X-File-Results" not in answer.headers


def test_a_batch_without_pictures_is_refused(client: TestClient) -> None:
    """In the words of phase 1."""
    answer = client.post(f"{REMOVE}/batch", files={"settings": (None, "{}")})

    assert (400, "No image file provided") == (answer.status_code, answer.json()["error"])


def test_a_batch_of_both_generations_is_told_of_afterwards(client: TestClient) -> None:
    """Its progress counts its files, and leads to the same zip."""
    address = REMOVE.replace("/tools/", "/tools/image/")
    answer = client.post(f"{address}/batch", files=[("files", ("a.png", RED)), ("files", ("b.png", BROKEN))])
    (last,) = progress(client, answer.headers["X-Job-Id"])
    download = client.get(last.data["result"]["downloadUrl"])

    assert ("batch", 2, 1, 1) == tuple(
        last.data[name] for name in ("type", "totalFiles", "completedFiles", "failedFiles")
    )
    assert answer.content == download.content
    assert answer.headers["content-disposition"] == download.headers["content-disposition"]


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[TestClient]:
    """A service whose answers hold next to nothing, as a gateway's do."""
    settings = Settings(home=tmp_path, max_result_bytes=100)
    with TestClient(build(settings, model=FakeModel()).app, follow_redirects=False) as client:
        yield client


def test_what_no_answer_holds_is_led_to(narrow: TestClient) -> None:
    """The zip, and each file of it."""
    answer = batch(narrow, [("a.jpg", RED)])
    (last,) = progress(narrow, answer.headers["X-Job-Id"])
    download = narrow.get(last.data["result"]["downloadUrl"])

    assert (303, 303) == (answer.status_code, download.status_code)
    assert {"0": "a_nobg.png"} == json.loads(answer.headers["X-File-Results"])
    (made,) = unzipped(narrow.get(answer.headers["location"])).values()
    assert (80, 60) == made.size


@dataclass(slots=True)
class WakingModel:
    """A model whose first picture takes nearly all the time that a request has."""

    seconds: float
    label: str = "waking@000000000000"
    input_size: tuple[int, int] = (64, 64)

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """The same for every shape."""
        return self.input_size

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha of a disc."""
        seconds, self.seconds = self.seconds, 0.0
        time.sleep(seconds)
        return FakeModel().predict(rgb)


def test_what_takes_too_long_is_told_of_later(tmp_path: Path) -> None:
    """The answer names the job, whose progress leads to the zip."""
    service = build(Settings(home=tmp_path, deadline_seconds=2), model=WakingModel(1.7))
    assert service.labour is not None
    with TestClient(service.app) as client:
        answer = batch(client, [("a.png", RED), ("b.png", RED)])
        service.labour.hands.start()
        last = progress(client, answer.json()["jobId"])[-1].data
        service.labour.hands.stop()

    assert (202, True) == (answer.status_code, answer.json()["async"])
    assert ("complete", 2) == (last["phase"], last["completedFiles"])
