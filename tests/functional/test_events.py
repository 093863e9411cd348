"""Events of API Gateway through the function's own entry: SQLite for the stores, a disc for the model."""

import asyncio
import base64
import gc
import importlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image
from starlette.types import Receive, Scope, Send

from handler.bootstrap import open_books
from handler.settings import Settings
from handler.telemetry import configure_logging
from tests.fakes import FakeModel
from tools.make_events import BOUNDARY, JOB_ID, Call, event, multipart, picture

EVENTS = Path(__file__).resolve().parents[2] / "events"
EVENTS_KEY = "ck_live_EventsReplayedByTests02pNah8"
PICTURES = {"multipart": "PNG", "json_b64": "WEBP", "raw": "JPEG", "bearer": "PNG"}
REFUSALS = {
    "unknown_key": (401, "authentication_error"),
    "no_headers": (401, "authentication_error"),
    "no_body": (400, "missing_image"),
    "missing_image": (400, "missing_image"),
    "unknown_parameter": (400, "validation_error"),
    "unreadable_image": (400, "unreadable_image"),
    "not_found": (404, "not_found"),
}
JSON_PAGES = ("me", "own_domain", "health", "odd_host", "licenses", "openapi")
JOBS = ("upload", "job", "job_look", "job_end")
OTHERS = {
    "removebg_picture": (200, "image/png"),
    "rembg_picture": (200, "image/png"),
    "threedaistudio_submit": (200, "application/json"),
    "picwish_submit": (200, "application/json"),
    "snapotter_submit": (202, "application/json"),
    "backgroundcut_upload": (200, "application/json"),
}
PAGES = {"docs": "text/html", **dict.fromkeys(JSON_PAGES, "application/json")}
Replay = Callable[..., dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Context:
    """What the runtime tells of an invocation."""

    aws_request_id: str = "11111111-2222-4333-8444-555555555555"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds."""
        return 27_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the function's stores are."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def entry(home: Path) -> Iterator[ModuleType]:
    """Import the entry as Lambda does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARCUT_HOME", str(home))
        patch.setenv("AWS_LAMBDA_FUNCTION_NAME", "clearcut")
        patch.setattr("handler.bootstrap.model.load_model", lambda _: FakeModel())
        sys.modules.pop("handler.main", None)
        yield importlib.import_module("handler.main")
        del sys.modules["handler.main"]
    # The entry keeps the collector from all that lives by then, which here is other tests' too.
    gc.unfreeze()
    asyncio.get_event_loop().close()
    asyncio.set_event_loop(None)


@pytest.fixture(scope="module")
def replay(entry: ModuleType, home: Path) -> Replay:
    """Give a way to hand over a named event, in the name of somebody with credits."""
    books = open_books(Settings(home=home))
    account_id = books.bookkeeping.create_account("events", "Demo")
    books.bookkeeping.grant(account_id, 100_000, "events")
    key = books.keys.create(account_id, "events")[1]

    def hand_over(name: str, job_id: str = JOB_ID) -> dict[str, Any]:
        dialect = "" if name in OTHERS else "native_"
        text = (EVENTS / f"rest_{dialect}{name}.json").read_text("utf-8")
        text = text.replace(EVENTS_KEY, key).replace(JOB_ID, job_id)
        answer: dict[str, Any] = entry.handler(json.loads(text), Context())
        return answer

    return hand_over


def body_of(answer: dict[str, Any]) -> bytes:
    """The body as the gateway sends it."""
    return base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()


def test_every_event_is_replayed() -> None:
    """A file that no test reads proves nothing."""
    names = {path.stem.removeprefix("rest_").removeprefix("native_") for path in EVENTS.glob("*.json")}

    assert {*PICTURES, *REFUSALS, *PAGES, *JOBS, *OTHERS, "preflight"} == names


@pytest.mark.parametrize(("name", "encoding"), PICTURES.items())
def test_a_picture_goes_out_as_base64_of_the_promised_type(replay: Replay, name: str, encoding: str) -> None:
    """The gateway sends text untouched and decodes the rest."""
    answer = replay(name)

    assert 200 == answer["statusCode"], answer
    assert answer["isBase64Encoded"]
    assert Image.MIME[encoding] == answer["headers"]["content-type"]
    picture = Image.open(io.BytesIO(body_of(answer)))
    assert (encoding, (160, 120)) == (picture.format, picture.size)


@pytest.mark.parametrize(("name", "expected"), REFUSALS.items())
def test_a_refusal_has_the_native_shape(replay: Replay, name: str, expected: tuple[int, str]) -> None:
    """Whatever is wrong, the function answers, and says who to ask about it."""
    answer = replay(name)

    content = json.loads(body_of(answer))
    assert expected == (answer["statusCode"], content["code"])
    assert answer["headers"]["x-request-id"] == content["request_id"]
    assert content["message"]
    assert not answer["isBase64Encoded"]


@pytest.mark.parametrize(("name", "media_type"), PAGES.items())
def test_a_page_goes_out_as_text(replay: Replay, name: str, media_type: str) -> None:
    """An odd Host header, or a domain with a path of its own, changes nothing."""
    answer = replay(name)

    assert (200, media_type) == (answer["statusCode"], answer["headers"]["content-type"].partition(";")[0])
    assert not answer["isBase64Encoded"]
    assert answer["body"]


@pytest.mark.parametrize(("name", "expected"), OTHERS.items())
def test_every_services_clients_are_answered(replay: Replay, name: str, expected: tuple[int, str]) -> None:
    """In the media type that each expects."""
    answer = replay(name)

    assert expected == (answer["statusCode"], answer["headers"]["content-type"].partition(";")[0])
    assert answer["isBase64Encoded"] == expected[1].startswith("image/")


def test_a_job_is_taken_looked_at_and_ended(replay: Replay) -> None:
    """By the id in its address."""
    taken = replay("job")
    job_id = json.loads(taken["body"])["id"]
    looked, ended, gone = (replay(name, job_id) for name in ("job_look", "job_end", "job_look"))

    assert [202, 200, 204, 404] == [each["statusCode"] for each in (taken, looked, ended, gone)]
    assert (job_id, "queued") == (json.loads(looked["body"])["id"], json.loads(looked["body"])["status"])
    assert f"jobs/{job_id}" == taken["headers"]["location"]


def test_a_form_for_a_large_picture_is_given(replay: Replay) -> None:
    """It takes what no event carries."""
    ticket = json.loads(replay("upload")["body"])

    assert (19_000_000, "POST") == (ticket["max_bytes"], ticket["method"])


def test_a_preflight_is_answered_by_the_application(replay: Replay) -> None:
    """A browser may send a key from another site."""
    answer = replay("preflight")

    assert (200, "*") == (answer["statusCode"], answer["headers"]["access-control-allow-origin"])
    assert "x-api-key" in answer["headers"]["access-control-allow-headers"]


def test_log_lines_name_their_own_invocation_and_no_secret(
    replay: Replay, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line leads to the gateway's own; nothing of one invocation shows in the next."""
    configure_logging("INFO", structured=True)

    replay("bearer")
    replay("no_headers")

    written = capsys.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    events = [
        json.loads((EVENTS / f"rest_native_{name}.json").read_text("utf-8"))
        for name in ("bearer", "no_headers")
    ]
    ids = [event["requestContext"]["requestId"] for event in events]
    assert ids == sorted({line["gateway_request_id"] for line in lines})
    assert {Context().aws_request_id} == {line["function_request_id"] for line in lines}
    assert "ck_" not in written


def test_the_application_sees_the_route_and_not_the_domain(entry: ModuleType) -> None:
    """What a domain puts before the route is not part of it; what fills a place in it is."""
    event = {
        "resource": "/v1/things/{id}",
        "path": "/pictures/v1/things/a%2Fb%20c",
        "pathParameters": {"id": "a/b c"},
        "httpMethod": "GET",
        "requestContext": {},
    }

    answer = echoing(entry)(event, Context())

    assert "/v1/things/a/b c" == answer["body"]


def test_problem_documents_go_out_as_text(entry: ModuleType) -> None:
    """A client that reads errors as JSON must not get base64."""
    event = {"resource": "/", "path": "/", "httpMethod": "GET", "requestContext": {}}

    answer = echoing(entry)(event, Context())

    assert (False, "/") == (answer["isBase64Encoded"], answer["body"])


def echoing(entry: ModuleType) -> Callable[[dict[str, Any], Context], dict[str, Any]]:
    """An application that answers with the path that it was asked for, as a problem document."""

    async def app(scope: Scope, _: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/problem+json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": scope["path"].encode()})

    before = asyncio.get_event_loop()
    handle: Callable[[dict[str, Any], Context], dict[str, Any]] = entry.make_handler(app)
    asyncio.get_event_loop().close()
    asyncio.set_event_loop(before)
    return handle


def test_progress_travels_whole_as_text(entry: ModuleType) -> None:
    """The gateway hands on nothing in pieces: what is known goes out, and its client comes again."""
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    body = multipart({}, {"file": picture("PNG")})
    sent = event(Call("POST", "/api/v1/tools/remove-background", headers, body=body), 1)
    accepted = entry.handler(sent, Context())
    job_id = json.loads(accepted["body"])["jobId"]
    told = entry.handler(event(Call("GET", f"/api/v1/jobs/{job_id}/progress"), 2), Context())

    assert (202, 200, False) == (accepted["statusCode"], told["statusCode"], told["isBase64Encoded"])
    assert "text/event-stream" == told["headers"]["content-type"]
    assert told["body"].startswith("retry: 1000\n\nid: 0\nevent: progress\ndata: {")


@pytest.mark.parametrize(
    ("filename", "expected"),
    [("photo_mask.png", (404, "File not found")), ("../../etc/passwd", (400, "Invalid path"))],
)
def test_a_files_name_may_be_any_path_to_the_gateway(
    entry: ModuleType, filename: str, expected: tuple[int, str]
) -> None:
    """It gives all that follows as one part."""
    asked = event(Call("GET", "/api/v1/download/{jobId}/{filename+}"), 3)
    asked["pathParameters"] = {"jobId": "00000000-0000-4000-8000-000000000000", "filename": filename}
    answer = entry.handler(asked, Context())

    assert expected == (answer["statusCode"], json.loads(answer["body"])["error"])
