"""Several clients at once: how many pictures a second, how much memory, and whether anybody else is heard."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

from bench.exchange import RefusedError, Running
from bench.memory import PeakMemory
from bench.peers.server import ROOT
from bench.pictures import Photo


@dataclass(frozen=True, slots=True)
class Load:
    """
    One system under so many clients, each of which sends its next picture once it has the last one's answer.

    Attributes:
        median_s: of one client's wait.
        health_ms: the slowest answer of the health route meanwhile; None where a system has none.
        refused: how many of the requests got no picture; they count for no throughput.
    """

    picture: str
    system: str
    clients: int
    requests: int
    per_second: float
    median_s: float
    peak_mb: float
    health_ms: float | None = None
    refused: int = 0


@contextmanager
def slowest_health(port: int, path: str) -> Iterator[list[float]]:
    """Ask a server for its health while the block runs; the list then holds the slowest milliseconds."""
    command = [sys.executable, "-m", "bench.speed.probe", str(port), path]
    found: list[float] = []
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as probe:
        yield found
        said, _ = probe.communicate()
    found.append(round(float(said) * 1000, 1))


def loaded(name: str, running: Running, photo: Photo, clients: int, requests: int) -> Load:
    """Let so many clients send so many pictures between them."""
    pictures = [photo.edition(number) for number in range(1000 * clients, 1000 * clients + requests)]
    health_ms: list[float] = []
    with ExitStack() as stack:
        if running.health_path is not None:
            health_ms = stack.enter_context(slowest_health(running.server.port, running.health_path))
        sent = _sent(running, pictures, clients)
    return Load(
        picture=photo.name,
        system=name,
        clients=clients,
        requests=requests,
        per_second=round(len(sent.answered_s) / sent.whole_s, 3),
        median_s=round(median(sent.answered_s), 3),
        peak_mb=round(sent.peak_mb, 1),
        health_ms=health_ms[0] if health_ms else None,
        refused=requests - len(sent.answered_s),
    )


@dataclass(frozen=True, slots=True)
class _Sent:
    answered_s: list[float]
    whole_s: float
    peak_mb: float


def _sent(running: Running, pictures: Sequence[bytes], clients: int) -> _Sent:
    def answered_s(picture: bytes) -> float | None:
        try:
            return running.cut_out(picture).seconds
        except RefusedError as refusal:
            print(f"refused under load: {refusal}", flush=True)
            return None

    with ThreadPoolExecutor(clients) as pool, PeakMemory(running.server.pid) as memory:
        began = time.perf_counter()
        seconds = [spent for spent in pool.map(answered_s, pictures) if spent is not None]
        whole_s = time.perf_counter() - began
    if not seconds:
        raise RefusedError(f"every one of {len(pictures)} pictures from {clients} clients was refused")
    return _Sent(seconds, whole_s, memory.peak_mb)
