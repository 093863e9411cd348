"""How SnapOtter's jobs come along: events as they happen, or what is known so far."""

import http.client
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from handler.bootstrap.service import Service, build
from handler.dialects import events
from handler.dialects.snapotter.frames import COMPLETED, FAILED, frame_of
from handler.dialects.snapotter.names import Memo
from handler.domain.image import Bytes, Floats
from handler.domain.job import JobFault, JobState, JobView
from handler.services.jobs.hands import Hands
from handler.settings import Settings
from tests.events import Event, read_events
from tests.fakes import FakeModel
from tests.otters import RED, REMOVE, finished, post, progress
from tests.serving import served

PATIENCE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class HeldModel:
    """A model that looks at its picture for as long as a test wants."""

    may_look: threading.Event = field(default_factory=threading.Event)
    label: str = "held@000000000000"
    input_size: tuple[int, int] = (64, 64)

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """The same for every shape."""
        return self.input_size

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha of a disc, once the test lets it."""
        assert self.may_look.wait(PATIENCE_SECONDS)
        return FakeModel().predict(rgb)


@pytest.fixture
def model() -> HeldModel:
    """A model that waits for a sign."""
    return HeldModel()


@pytest.fixture
def service(tmp_path: Path, model: HeldModel) -> Service:
    """The whole house; its hands do nothing yet."""
    return build(Settings(home=tmp_path), model=model)


@pytest.fixture
def hands(service: Service) -> Iterator[Hands]:
    """What works on jobs."""
    assert service.labour is not None
    service.labour.hands.start()
    yield service.labour.hands
    service.labour.hands.stop()


@pytest.fixture
def behind_gateway(service: Service) -> Iterator[TestClient]:
    """A client of the service behind a gateway that hands on whole answers only."""

    def through(app: ASGIApp) -> ASGIApp:
        async def buffered(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "aws.event": {}}, receive, send)

        return buffered

    with TestClient(through(service.app)) as client:
        yield client


@pytest.mark.usefixtures("hands")
def test_a_job_is_told_of_from_its_queue_to_its_result(client: TestClient, model: HeldModel) -> None:
    """By named events that say themselves which job they are of, and never go back."""
    model.may_look.set()
    job_id = post(client).json()["jobId"]
    events = progress(client, job_id)
    *before, last = events

    assert {(job_id, "single")} == {(event.data["jobId"], event.data["type"]) for event in events}
    assert {"progress"} == {event.name for event in events}
    assert [event.id for event in events] == sorted({event.id for event in events})
    assert {("processing", True)} >= {(event.data["phase"], bool(event.data["stage"])) for event in before}
    assert all(event.data["percent"] <= 95 for event in before)
    assert ("complete", 100, job_id) == (
        last.data["phase"],
        last.data["percent"],
        last.data["result"]["jobId"],
    )


@pytest.mark.usefixtures("hands")
def test_whoever_comes_late_is_told_of_the_end(client: TestClient, model: HeldModel) -> None:
    """As often as anybody asks, by whichever name of event."""
    model.may_look.set()
    job_id = finished(client, post(client))["jobId"]
    named, again = progress(client, job_id), progress(client, job_id)
    unnamed = progress(client, job_id, "?event=message")

    assert [COMPLETED] == [event.id for event in named]
    assert named == again
    assert [Event(COMPLETED, "message", named[0].data)] == unnamed


def test_the_head_says_what_will_come(client: TestClient) -> None:
    """And does not wait for it."""
    answer = client.head(f"/api/v1/jobs/{uuid.uuid4()}/progress")

    assert 200 == answer.status_code
    wanted = {
        "content-type": "text/event-stream",
        "cache-control": "no-cache",
        "connection": "keep-alive",
        "x-accel-buffering": "no",
    }
    assert wanted == {name: answer.headers[name] for name in wanted}


@pytest.mark.parametrize(
    ("address", "status"), [("x/progress", 404), (f"{uuid.uuid4()}/progress?event=x", 400)]
)
def test_what_cannot_be_followed_is_refused(client: TestClient, address: str, status: int) -> None:
    """As JSON, so that an EventSource does not come again."""
    answer = client.get(f"/api/v1/jobs/{address}")

    assert (status, "application/json") == (answer.status_code, answer.headers["content-type"])


def test_through_a_gateway_events_go_on_where_they_left_off(
    behind_gateway: TestClient, model: HeldModel, service: Service
) -> None:
    """Each answer is what is known; none is told twice, and after the end nobody need come again."""
    job_id = post(behind_gateway).json()["jobId"]
    address = f"/api/v1/jobs/{job_id}/progress"
    first = behind_gateway.get(address)
    (queued,) = read_events(first.text)
    seen = {"Last-Event-ID": str(queued.id)}
    second = behind_gateway.get(address, headers=seen)

    assert first.text.startswith("retry: 1000\n\n")
    assert ("processing", 0, "Waiting...") == tuple(
        queued.data[name] for name in ("phase", "percent", "stage")
    )
    assert "retry: 1000\n\n" == second.text

    model.may_look.set()
    assert service.labour is not None
    service.labour.hands.start()
    later: list[Event] = []
    while not later or later[-1].id < COMPLETED:
        later += read_events(behind_gateway.get(address, headers=seen).text)
        seen = {"Last-Event-ID": str(later[-1].id)} if later else seen
    service.labour.hands.stop()
    after = behind_gateway.get(address, headers=seen)

    assert [event.id for event in later] == sorted({event.id for event in later} - {queued.id})
    assert (204, "") == (after.status_code, after.text)


def test_a_job_that_is_yet_to_come_may_be_waited_for(behind_gateway: TestClient) -> None:
    """Clients begin to listen before they send."""
    answer = behind_gateway.get(f"/api/v1/jobs/{uuid.uuid4()}/progress", headers={"Last-Event-ID": "none"})

    assert (200, "retry: 1000\n\n") == (answer.status_code, answer.text)


@pytest.mark.usefixtures("hands")
def test_events_arrive_while_the_work_goes_on(service: Service, model: HeldModel) -> None:
    """Over a connection that was open before the job was sent; the model looks only once they are read."""
    job_id = str(uuid.uuid4())
    with served(service) as port, TestClient(service.app) as client:
        listening = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        listening.request("GET", f"/api/v1/jobs/{job_id}/progress")
        stream = listening.getresponse()
        assert b"retry: 1000\n" == stream.readline()
        client.post(REMOVE, files={"file": RED}, data={"clientJobId": job_id})
        told = b""
        while b"Removing" not in told and b"Refining" not in told:
            told += stream.readline()
        model.may_look.set()
        told += stream.read()
        listening.close()

    events = read_events(told.decode())
    assert COMPLETED == events[-1].id
    assert len(events) > 1


def view(state: JobState, stage: str = "", done: float = 0.0, fault: JobFault | None = None) -> JobView:
    """A job at one moment."""
    return JobView("id", state, stage, done, Memo(("a.png",)).text(), (), 0, 0.0, fault=fault)


def test_nothing_is_said_to_be_nearer_its_end_than_it_is() -> None:
    """However far it has come; and a failure says why."""
    nearly = frame_of(view(JobState.PROCESSING, "encode", 1.0))
    failed = frame_of(view(JobState.FAILED, fault=JobFault("no_subject", "Nothing there")))

    assert (95, 95, False) == (nearly.id, nearly.content["percent"], nearly.is_last)
    content = {"jobId": "id", "type": "single", "phase": "failed", "percent": 0, "error": "Nothing there"}
    assert events.Event(FAILED, content, is_last=True) == failed
