"""The service behind a real socket: in a thread of the test, or in a process that can be killed."""

import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from handler.bootstrap.service import Service, build
from handler.domain.image import Bytes, Floats, size_of
from handler.settings import Settings
from tests.fakes import FakeModel

START_SECONDS = 60
HOLD_SECONDS = 2


@dataclass(slots=True)
class SlowModel:
    """A model that takes its time and counts its runs."""

    seconds: float
    label: str = "slow@000000000000"
    input_size: tuple[int, int] = (64, 64)
    runs: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """The same for every shape."""
        return round(self.input_size[0] * scale), round(self.input_size[1] * scale)

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha of a disc."""
        with self._counting:
            self.runs += 1
        time.sleep(self.seconds)
        return FakeModel(input_size=size_of(rgb)).predict(rgb)


@contextmanager
def served(service: Service, port: int = 0) -> Iterator[int]:
    """Serve in a thread, and give the port."""
    with serving(service.app, port) as listening_at:
        yield listening_at


@contextmanager
def serving(app: ASGIApp, port: int = 0) -> Iterator[int]:
    """Likewise any application."""
    listening = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


class Killable:
    """Starts the service again and again as a process of its own, on one home and one port."""

    def __init__(self, home: Path, model_seconds: float) -> None:
        self._home = home
        self._model_seconds = model_seconds
        # What takes long to import is imported once, in a process that the others are forked from.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._process: ForkServerProcess | None = None
        self.port = 0

    def start(self) -> None:
        """Start, and wait until it listens."""
        here, there = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=_serve, args=(self._home, self._model_seconds, there), daemon=True
        )
        process.start()
        there.close()
        if not here.poll(START_SECONDS):
            raise TimeoutError
        self._process, self.port = process, here.recv()
        here.close()

    def kill(self) -> None:
        """Stop it as the kernel does when memory runs out: at once, in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
            self._process = None


def _serve(home: Path, model_seconds: float, port: Connection) -> None:
    settings = Settings(
        home=home,
        max_waiting=1000,
        requests_per_second=1000,
        requests_per_minute=60_000,
        # Every run has the model's time, or there would be nothing to kill.
        matte_cache=False,
    )
    # Shorter than any owner may set it, so that a test sees holds lapse and runs taken over.
    hasty = settings.model_copy(update={"hold_seconds": HOLD_SECONDS})
    service = build(hasty, SlowModel(model_seconds))
    listening = socket.create_server(("127.0.0.1", 0))
    port.send(listening.getsockname()[1])
    config = uvicorn.Config(service.app, log_level="critical", lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])
