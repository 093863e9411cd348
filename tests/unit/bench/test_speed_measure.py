"""How the speed bench measures, on small servers made here."""

import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from bench.exchange import Call, RefusedError, Running
from bench.memory import PeakMemory
from bench.peers.server import Server, ServerFailedError, serving
from bench.pictures import Photo
from bench.speed.load import loaded
from bench.speed.measure import mask_difference, measure, stages
from bench.speed.start import begin
from tools.listening import free_port


def cutout(alpha: int, size: tuple[int, int] = (4, 2)) -> bytes:
    """A PNG of one transparency."""
    stream = io.BytesIO()
    Image.new("RGBA", size, (10, 20, 30, alpha)).save(stream, "PNG")
    return stream.getvalue()


class FakeService(ThreadingHTTPServer):
    """Answers one picture to every form, and keeps the forms."""

    def __init__(self, picture: bytes, status: int = 200) -> None:
        super().__init__(("127.0.0.1", 0), FakeHandler)
        self.picture, self.status = picture, status
        self.received: list[bytes] = []
        self.status_of_next: list[int] = []

    def running(self) -> Running:
        """The service as the bench sees it."""
        return Running(Server(os.getpid(), self.server_port, 0.0), Call("/cut", "file", {"model": "m"}))


class FakeHandler(BaseHTTPRequestHandler):
    """The one route of the fake service."""

    server: FakeService

    def do_GET(self) -> None:
        """Be in good health."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        """Keep the form and answer the picture."""
        self.server.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        following = self.server.status_of_next
        self.send_response(following.pop(0) if following else self.server.status)
        self.send_header("Server-Timing", "decode;dur=1.5, matte;dur=20")
        self.send_header("Content-Length", str(len(self.server.picture)))
        self.end_headers()
        self.wfile.write(self.server.picture)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[FakeService]:
    """A fake service whose masks are solid."""
    yield from serve(FakeService(cutout(255)))


@pytest.fixture
def other() -> Iterator[FakeService]:
    """A fake service whose masks are empty."""
    yield from serve(FakeService(cutout(0)))


def serve(fake: FakeService) -> Iterator[FakeService]:
    """Run a fake service while a test uses it."""
    thread = threading.Thread(target=fake.serve_forever)
    thread.start()
    try:
        yield fake
    finally:
        fake.shutdown()
        thread.join()
        fake.server_close()


def photo() -> Photo:
    """The smallest thing that begins like a JPEG."""
    return Photo("tiny", b"\xff\xd8rest")


def test_every_system_gets_a_warm_up_and_the_same_editions(service: FakeService, other: FakeService) -> None:
    """Warm-ups are not counted, no system sees bytes twice, and both see the same."""
    rows = list(measure([photo()], {"ours": service.running(), "theirs": other.running()}, runs=3))

    assert [("ours", 3), ("theirs", 3)] == [(row.system, row.runs) for row in rows]
    assert 4 == len(set(service.received))
    assert service.received == other.received
    assert b'name="model"\r\n\r\nm\r\n' in service.received[0]


def test_a_row_holds_bytes_stages_memory_and_ordered_times(service: FakeService) -> None:
    """Every field of the JSON is filled from the answers."""
    (row,) = measure([photo()], {"ours": service.running()}, runs=3)

    assert len(cutout(255)) == row.out_bytes
    assert {"decode": 1.5, "matte": 20.0} == row.stages_ms
    assert row.peak_mb > 1
    assert 0 < row.min_s <= row.median_s <= row.max_s


def test_a_system_past_the_patience_has_its_warm_up_for_a_figure(service: FakeService) -> None:
    """What takes minutes is asked once, and the row says so."""
    (row,) = measure([photo()], {"ours": service.running()}, runs=3, patience_s=0)

    assert (1, 1) == (row.runs, len(service.received))


def test_a_start_is_measured_on_bytes_that_no_earlier_start_has_seen(service: FakeService) -> None:
    """A matte that was kept would make the second start look fast."""
    starts = contextmanager(lambda _: iter([service.running()]))
    beginning = begin("ours", starts, Path(), photo(), starts=2)

    assert 2 == len(set(service.received))
    assert ("ours", 2) == (beginning.system, beginning.starts)
    assert 0 == beginning.ready_s < beginning.first_cutout_s
    assert beginning.idle_mb > 1


def test_several_clients_share_the_pictures_and_health_is_asked_meanwhile(service: FakeService) -> None:
    """Each picture is sent once, by whichever client is free."""
    load = loaded("ours", replace(service.running(), health_path="/health"), photo(), clients=3, requests=7)

    assert 7 == len(set(service.received))
    assert (3, 7) == (load.clients, load.requests)
    assert load.per_second > 0
    assert load.health_ms is not None
    assert load.health_ms > 0


def test_refusals_under_load_are_counted_and_are_no_throughput(service: FakeService) -> None:
    """Unless there is nothing else, which is no figure."""
    answered = [200, 500, 200, 200]
    service.status_of_next = answered
    load = loaded("ours", service.running(), photo(), clients=1, requests=4)

    assert (4, 1) == (load.requests, load.refused)
    service.status = 503
    with pytest.raises(RefusedError, match="every one of 4"):
        loaded("ours", service.running(), photo(), clients=1, requests=4)


def test_a_system_without_a_health_route_is_not_asked_for_it(service: FakeService) -> None:
    """Its column stays empty."""
    assert loaded("theirs", service.running(), photo(), clients=1, requests=1).health_ms is None


def test_masks_are_compared_with_the_first_system_s(service: FakeService, other: FakeService) -> None:
    """The first system is the yardstick; the other tells how far it is."""
    rows = list(measure([photo()], {"ours": service.running(), "theirs": other.running()}, runs=1))

    assert [None, 1.0] == [row.mask_difference for row in rows]


def test_masks_of_different_sizes_cannot_be_compared() -> None:
    """A peer that resized its answer must not look equal."""
    with pytest.raises(ValueError, match="different sizes"):
        mask_difference(cutout(255), cutout(255, (2, 4)))


def test_a_refusal_stops_the_bench(service: FakeService) -> None:
    """The time of an error page is not a figure."""
    service.status = 500

    with pytest.raises(RefusedError, match="500"):
        list(measure([photo()], {"ours": service.running()}, runs=1))


def test_a_stage_s_duration_is_found_beside_its_description() -> None:
    """Server-Timing may carry a description before the duration."""
    assert {"decode": 7.25, "matte": 430.0} == stages('decode;desc="JPEG";dur=7.25, matte;dur=430')
    assert {} == stages("")


def test_peak_memory_counts_children() -> None:
    """A server that forks must not look small."""
    grandchild = "held = bytearray(60_000_000); print('held', flush=True); input()"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with PeakMemory(process.pid) as memory:
            pass
        process.stdin.close()

    assert memory.peak_mb > 60


def test_a_served_program_answers_and_is_gone_afterwards(tmp_path: Path) -> None:
    """The block gets a server that answers, and leaves nothing running."""
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with serving(command, port=port, ready_path="/", log=tmp_path / "log", environment={}) as server:
        assert port == server.port
        os.kill(server.pid, 0)

    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)


def test_a_program_that_dies_is_told_with_its_last_words(tmp_path: Path) -> None:
    """Its log is what a reader needs, at once and not after the patience."""
    command = [sys.executable, "-c", "raise SystemExit('no model here')"]
    with (
        pytest.raises(ServerFailedError, match="no model here"),
        serving(command, port=free_port(), ready_path="/", log=tmp_path / "log", environment={}),
    ):
        pass


def test_the_environment_reaches_the_served_program(tmp_path: Path) -> None:
    """Settings are added to what the program inherits."""
    command = [sys.executable, "-c", "import os; raise SystemExit(os.environ['CLEARCUT_HOME'])"]
    environment = {"CLEARCUT_HOME": "here it is"}
    with (
        pytest.raises(ServerFailedError, match="here it is"),
        serving(command, port=free_port(), ready_path="/", log=tmp_path / "log", environment=environment),
    ):
        pass
