"""Several clients at once: how many pictures a second, how much memory, and whether anybody else is heard."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median
from typing import Self

from bench.exchange import RefusedError, Running
from bench.memory import PeakMemory
from bench.peers.server import answers
from bench.pictures import Photo

_PROBE_SECONDS = 0.02


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


@dataclass(slots=True)
class HealthProbe:
    """Asks a server for its health all the time while the block runs."""

    port: int
    path: str
    slowest_s: float = 0.0
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def _ask(self) -> None:
        while not self._ended.is_set():
            began = time.perf_counter()
            answers(self.port, self.path)
            self.slowest_s = max(self.slowest_s, time.perf_counter() - began)
            self._ended.wait(_PROBE_SECONDS)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()


def loaded(name: str, running: Running, photo: Photo, clients: int, requests: int) -> Load:
    """Let so many clients send so many pictures between them."""
    pictures = [photo.edition(number) for number in range(1000 * clients, 1000 * clients + requests)]
    if running.health_path is None:
        sent = _sent(running, pictures, clients)
        health_ms = None
    else:
        with HealthProbe(running.server.port, running.health_path) as probe:
            sent = _sent(running, pictures, clients)
        health_ms = round(probe.slowest_s * 1000, 1)
    return Load(
        picture=photo.name,
        system=name,
        clients=clients,
        requests=requests,
        per_second=round(len(sent.answered_s) / sent.whole_s, 3),
        median_s=round(median(sent.answered_s), 3),
        peak_mb=round(sent.peak_mb, 1),
        health_ms=health_ms,
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
