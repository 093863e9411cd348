"""Jobs over HTTP: submitted, worked on by the local server's own threads, looked at, cancelled."""

import base64
import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Reader
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.domain.image import Bytes, Floats
from handler.services.webhooks import webhook_secret
from handler.settings import Settings
from tests.customers import new_key, used
from tests.fakes import FakeModel
from tests.images import encoded, gradient
from tests.receivers import Receiver, open_receiver

PATIENCE_SECONDS = 30
MAX_BYTES = 300_000


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Whoever wants to be told."""
    with open_receiver() as receiver:
        yield receiver


@pytest.fixture
def service(tmp_path: Path, receiver: Receiver) -> Service:
    """The whole house, whose hands rest."""
    settings = Settings(home=tmp_path, max_bytes=MAX_BYTES, fetch_allow_hosts=receiver.exemption)
    return build(settings, model=FakeModel())


@pytest.fixture
def hands(service: Service) -> Iterator[None]:
    """Its hands work, for the length of the test."""
    assert service.labour is not None
    service.labour.hands.start()
    try:
        yield
    finally:
        service.labour.hands.stop()


def picture(size: int = 32) -> bytes:
    """A picture of a size that tells it from others."""
    return encoded(gradient(size, size))


def submitted(client: TestClient, key: str, **request: Any) -> dict[str, Any]:  # noqa: ANN401 # httpx's
    """Submit a job, and give what is answered."""
    answer = client.post("/v1/jobs", headers={"x-api-key": key}, **request)
    assert answer.status_code == 202, answer.text
    content: dict[str, Any] = answer.json()
    assert f"jobs/{content['id']}" == answer.headers["location"]
    return content


def ended(client: TestClient, key: str, job_id: str) -> dict[str, Any]:
    """Look until the job has ended."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends_at:
        answer = client.get(f"/v1/jobs/{job_id}", headers={"x-api-key": key})
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        if content["status"] in {"completed", "failed"}:
            return content
        time.sleep(0.05)
    raise TimeoutError(job_id)


def fetched(client: TestClient, link: str) -> bytes:
    """What a link leads to, without a key."""
    answer = client.get(link)
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.usefixtures("hands")
def test_a_job_gives_the_bytes_that_the_route_gives(client: TestClient, key: str) -> None:
    """Accepted at once, held at once, and charged once it is done."""
    options = {"format": "png", "bg_color": "#00ff00"}
    taken = submitted(client, key, files={"image_file": picture()}, data=options)
    done = ended(client, key, taken["id"])
    direct = client.post(
        "/v1/remove", headers={"x-api-key": key}, files={"image_file": picture()}, data=options
    )

    assert {"status": "queued", "progress": 0.0, "credits": 1}.items() <= taken.items()
    assert ("completed", 1.0, None) == (done["status"], done["progress"], done["error"])
    assert direct.content == fetched(client, done["result_url"])
    assert done["result_url"].partition("?")[0] == done["results"][0]["result_url"].partition("?")[0]
    assert 2 == used(client, key)
    assert done["created_at"] <= done["completed_at"] < done["expires_at"]


@pytest.mark.usefixtures("hands")
def test_many_files_come_back_in_one_zip(client: TestClient, key: str) -> None:
    """One that is no picture fails alone, and is not charged."""
    files = [("image_file", picture(20)), ("image_file", b"nonsense"), ("file", picture(24))]
    done = ended(client, key, submitted(client, key, files=files)["id"])
    with zipfile.ZipFile(io.BytesIO(fetched(client, done["result_url"]))) as archive:
        names = archive.namelist()
        told = json.loads(archive.read("results.json"))

    assert ["completed", "failed", "completed"] == [each["status"] for each in done["results"]]
    assert ["unsupported_format"] == [each["error"]["code"] for each in done["results"] if each["error"]]
    assert ["0.png", "2.png", "results.json"] == names
    assert ["completed", "failed", "completed"] == [each["status"] for each in told]
    assert 2 == done["credits"] == used(client, key)


def zipped(entries: Mapping[str, bytes]) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.usefixtures("hands")
def test_a_zip_goes_in_and_a_zip_comes_out(client: TestClient, key: str) -> None:
    """What systems put beside the pictures is no picture."""
    entries = {"b/1.png": picture(20), "__MACOSX/b/._1.png": b"x", ".DS_Store": b"x", "a/2.png": picture(24)}
    done = ended(client, key, submitted(client, key, files={"archive": zipped(entries)})["id"])
    with zipfile.ZipFile(io.BytesIO(fetched(client, done["result_url"]))) as archive:
        assert ["0.png", "1.png", "results.json"] == archive.namelist()
    assert [20, 24] == [each["files"][0]["width"] for each in done["results"]]


@pytest.mark.usefixtures("hands")
def test_json_lists_sources_of_every_kind(client: TestClient, key: str) -> None:
    """An address that leads nowhere fails in the job, as it may be up again by then."""
    upload = submitted_upload(client, key)
    sources: list[Any] = [
        {"image_b64": "data:image/png;base64," + base64.b64encode(picture()).decode()},
        {"upload_id": upload},
        "http://10.0.0.1/a.png",
    ]
    done = ended(client, key, submitted(client, key, json={"sources": sources, "size": "small"})["id"])

    assert ["completed", "completed", "failed"] == [each["status"] for each in done["results"]]
    assert "image_url_forbidden" == done["results"][2]["error"]["code"]


def submitted_upload(client: TestClient, key: str) -> str:
    """A picture sent past the service, by its name."""
    ticket = client.post(
        "/v1/uploads",
        headers={"x-api-key": key},
        json={"content_type": "image/png", "bytes": len(picture())},
    ).json()
    sent = client.post(ticket["url"], data=ticket["fields"], files={"file": picture()})
    assert sent.status_code in {200, 201, 204}, sent.text
    upload_id: str = ticket["upload_id"]
    return upload_id


@pytest.mark.usefixtures("hands")
def test_the_end_is_told_and_the_telling_is_seen(
    client: TestClient, key: str, receiver: Receiver, tmp_path: Path, service: Service
) -> None:
    """By the account's own secret, through the one address that is exempt."""
    taken = submitted(client, key, files={"image_file": picture()}, data={"webhook_url": receiver.url})
    done = ended(client, key, taken["id"])
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not done["webhook_attempts"] and time.monotonic() < ends_at:
        done = ended(client, key, taken["id"])
        time.sleep(0.05)
    account_id = client.get("/v1/me", headers={"x-api-key": key}).json()["organizationId"]
    reader = Reader(webhook_secret(service.books.stores.secret, account_id))
    told = reader.verify(receiver.notices[0].body, receiver.notices[0].headers)

    assert ("job.completed", taken["id"]) == (told["type"], told["data"]["id"])
    assert [204] == [attempt["status"] for attempt in done["webhook_attempts"]]


def test_a_cancelled_job_is_gone_and_costs_nothing(client: TestClient, key: str) -> None:
    """As is one that was never there; the words are the same."""
    taken = submitted(client, key, files={"image_file": picture()})
    held = used(client, key)
    address, headers = f"/v1/jobs/{taken['id']}", {"x-api-key": key}
    cancelled = client.delete(address, headers=headers)
    answers = [
        client.get(address, headers=headers),
        client.delete(address, headers=headers),
        client.get("/v1/jobs/00000000-0000-4000-8000-000000000000", headers=headers),
        client.get(f"/v1/jobs/{'x' * 3000}", headers=headers),
    ]

    assert (1, 204, b"", 0) == (held, cancelled.status_code, cancelled.content, used(client, key))
    assert {(404, "job_not_found")} == {(each.status_code, each.json()["code"]) for each in answers}


def test_a_job_is_another_accounts_secret(client: TestClient, key: str, service: Service) -> None:
    """Nor can it be told from one that is not there."""
    taken = submitted(client, key, files={"image_file": picture()})
    other = {"x-api-key": new_key(service)}
    answers = [call(f"/v1/jobs/{taken['id']}", headers=other) for call in (client.get, client.delete)]

    assert [404, 404] == [each.status_code for each in answers]
    assert "queued" == client.get(f"/v1/jobs/{taken['id']}", headers={"x-api-key": key}).json()["status"]


def test_a_repeated_submission_is_one_job(client: TestClient, key: str) -> None:
    """Under one Idempotency-Key it is answered once, and held once."""
    headers = {"x-api-key": key, "Idempotency-Key": "once"}
    ids = [
        client.post("/v1/jobs", headers=headers, files={"image_file": picture()}).json()["id"]
        for _ in range(2)
    ]

    assert ids[0] == ids[1]
    assert 1 == used(client, key)


BAD: tuple[tuple[Mapping[str, Any], str, str], ...] = (
    ({"json": {}}, "missing_image", ""),
    ({"json": {"sources": []}}, "validation_error", "sources"),
    ({"json": {"sources": "x"}}, "validation_error", "sources"),
    ({"json": {"sources": [{"image_url": "https://a.example/", "url": "b"}]}}, "validation_error", "sources"),
    ({"json": {"sources": [{"bg_image_url": "https://a.example/"}]}}, "validation_error", "sources"),
    ({"json": {"sources": ["https://a.example/"] * 51}}, "validation_error", "sources"),
    ({"json": {"sources": ["https://a.example/"], "dry_run": "true"}}, "validation_error", "dry_run"),
    ({"json": {"sources": ["https://a.example/"], "crop": "perhaps"}}, "validation_error", "crop"),
    (
        {"json": {"sources": ["https://a.example/"], "webhook_url": "http://10.0.0.1/"}},
        "validation_error",
        "webhook_url",
    ),
    ({"files": {"archive": b"no zip"}}, "validation_error", "archive"),
    ({"files": {"archive": zipped({})}}, "validation_error", "archive"),
    ({"files": {"archive": zipped({f"{n}.png": b"" for n in range(51)})}}, "validation_error", "archive"),
    ({"files": {"archive": zipped({"bomb.png": bytes(135_000_000)})}}, "image_too_large", ""),
    ({"files": {"archive": zipped({"a.png": b"x" * 100})[:-40]}}, "validation_error", "archive"),
    ({"files": {"image_file": b"nonsense"}}, "unsupported_format", ""),
)


@pytest.mark.parametrize(("request_", "code", "field"), BAD)
def test_what_cannot_become_a_job_is_refused_and_free(
    client: TestClient, key: str, request_: Mapping[str, Any], code: str, field: str
) -> None:
    """With the parameter's name where it is one."""
    answer = client.post("/v1/jobs", headers={"x-api-key": key}, **request_)

    assert (400, code) == (answer.status_code, answer.json()["code"])
    if field:
        assert field == answer.json()["details"]["field"]
    assert 0 == used(client, key)


def test_where_nothing_may_be_kept_there_are_no_jobs(tmp_path: Path) -> None:
    """It says why."""
    service = build(Settings(home=tmp_path, zero_retention=True), model=FakeModel())
    with TestClient(service.app, raise_server_exceptions=False) as client:
        key = new_key(service)
        answer = client.post("/v1/jobs", headers={"x-api-key": key}, files={"image_file": picture()})

        assert 403 == answer.status_code, answer.text
        assert 0 == used(client, key)


@dataclass(frozen=True, slots=True)
class StallingModel:
    """A model that looks at its picture for as long as a test wants."""

    looking: threading.Event
    looked: threading.Event
    label: str = "stalling@000000000000"
    input_size: tuple[int, int] = (64, 64)

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """The same for every shape."""
        return self.input_size

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha of a disc, once the test lets it."""
        self.looking.set()
        self.looked.wait(PATIENCE_SECONDS)
        return FakeModel().predict(rgb)


def test_a_stage_that_stalls_is_seen_to_stall(tmp_path: Path) -> None:
    """The picture has been decoded and nothing more is claimed, however long one looks."""
    looking, looked = threading.Event(), threading.Event()
    service = build(Settings(home=tmp_path), model=StallingModel(looking, looked))
    assert service.labour is not None
    service.labour.hands.start()
    with TestClient(service.app, raise_server_exceptions=False) as client:
        key = new_key(service)
        job_id = submitted(client, key, files={"image_file": picture()})["id"]
        assert looking.wait(PATIENCE_SECONDS)
        seen: list[tuple[str, str | None, float]] = []
        while len(seen) < 6 or len(set(seen[-5:])) > 1 or seen[-1][1] is None:
            told = client.get(f"/v1/jobs/{job_id}", headers={"x-api-key": key}).json()
            seen.append((told["status"], told["stage"], told["progress"]))
            time.sleep(0.2)
            assert len(seen) < 100, seen
        looked.set()
        done = ended(client, key, job_id)
    service.labour.hands.stop()

    status, stage, progress = seen[-1]
    assert ("processing", "decode") == (status, stage)
    assert 0 < progress < 0.5
    assert ("completed", 1.0) == (done["status"], done["progress"])
