"""SnapOtter's flow in a real browser: fetch, FormData, EventSource, and what they may see across origins."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from handler.bootstrap.service import build
from handler.settings import Settings
from tests.fakes import FakeModel
from tests.origins import answer, open_origin
from tests.otters import RED
from tests.serving import served
from tests.vendor_clients import node_says

HERE = Path(__file__).parent
TOOLS = (HERE / "otter.js").read_text("utf-8")
Says = Callable[[str], Any]
SUBJECT = [200, 30, 40, 255]


@pytest.fixture
def says(tmp_path: Path, driver: tuple[Path, str]) -> Iterator[Says]:
    """What a script answers in a page of another origin."""
    folder, program = driver
    service = build(Settings(home=tmp_path), model=FakeModel())
    assert service.labour is not None
    service.labour.hands.start()
    page = answer(b"<!doctype html><title>A client</title>", "Content-Type: text/html")
    with served(service) as port, open_origin({"/": page, "/photo.png": answer(RED)}) as origin:

        def run(script: str) -> Any:  # noqa: ANN401 - any JSON
            base = f"http://127.0.0.1:{port}"
            drive = (HERE / "drive.js").read_text("utf-8")
            return node_says(folder, drive, (program, origin.url("/"), base, TOOLS + script))

        yield run
    service.labour.hands.stop()


def test_a_page_follows_its_job_and_draws_the_results(says: Says) -> None:
    """Listening before it sends, with named events; then another colour without the model."""
    result = says("""
      const clientJobId = crypto.randomUUID(), listening = follow(clientJobId);
      const sent = await send(tool, [["file", picture, "photo.png"], ["clientJobId", clientJobId]]);
      const frames = await listening, last = frames[frames.length - 1];
      const blue = { backgroundType: "color", backgroundColor: "#00F" };
      const settings = JSON.stringify({ jobId: clientJobId, filename: "photo.png", ...blue });
      const laid = await (await send(tool + "/effects", [["settings", settings]])).json();
      return {
        status: sent.status, sent: await sent.json(), clientJobId, frames,
        cut: await pixels(last.result.downloadUrl), original: await pixels(last.result.originalUrl),
        laid: await pixels(laid.downloadUrl),
      };
    """)

    assert (202, {"jobId": result["clientJobId"], "async": True}) == (result["status"], result["sent"])
    assert "complete" == result["frames"][-1]["phase"]
    assert {result["clientJobId"]} == {frame["jobId"] for frame in result["frames"]}
    assert [[0, 0, 0, 0], SUBJECT] == result["cut"]
    assert [SUBJECT, SUBJECT] == result["original"]
    assert [[0, 0, 255, 255], SUBJECT] == result["laid"]


def test_onmessage_hears_where_it_is_asked_for(says: Says) -> None:
    """And an EventSource that is never closed comes back once, and is told not to come again."""
    messages, stayed = says("""
      const { jobId } = await (await send(tool, [["image", picture, "photo.png"]])).json();
      const messages = await follow(jobId, { query: "?event=message", name: "message" });
      return [messages, await follow(jobId, { stay: true })];
    """)

    assert "complete" == messages[-1]["phase"]
    assert ["complete", "closed"] == [frame if frame == "closed" else frame["phase"] for frame in stayed]


def test_a_page_may_read_what_became_of_a_batch(says: Says) -> None:
    """Headers of other origins are hidden unless they are exposed."""
    named, job, start = says("""
      const answer = await send(tool + "/batch", [["files", picture, "a.png"], ["files", picture, "b.png"]]);
      const start = String.fromCharCode(...new Uint8Array(await answer.arrayBuffer()).slice(0, 2));
      return [answer.headers.get("X-File-Results"), answer.headers.get("X-Job-Id"), start];
    """)

    assert {"0": "a_nobg.png", "1": "b_nobg.png"} == json.loads(named)
    assert (36, "PK") == (len(job), start)
