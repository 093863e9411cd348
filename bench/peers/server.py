"""Starting a server as a process of its own, waiting until it answers, and ending it with its children."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]


class ServerFailedError(RuntimeError):
    """A server ended or stayed silent before it answered."""


class PeerMissingError(RuntimeError):
    """A peer cannot be had on this machine; the others can still be measured."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and how long it took from process start to its first answer."""

    pid: int
    port: int
    ready_seconds: float


def answers(port: int, path: str) -> bool:
    """Whether a server gives 200 for a path."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ask the whole process group to stop, and insist after a while."""
    for name, patience_seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
        try:
            os.killpg(process.pid, name)
            process.wait(patience_seconds)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        else:
            return


@contextmanager
def serving(
    command: Sequence[str],
    *,
    port: int,
    ready_path: str,
    log: Path,
    environment: Mapping[str, str],
    patience_seconds: float = 60,
) -> Iterator[Server]:
    """Run a server until the block ends; its output goes to the log."""
    # `env` adds to the inherited environment, which this project reads in its settings alone.
    assigned = [f"{name}={value}" for name, value in environment.items()]
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["env", *assigned, *command],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while not answers(port, ready_path):
            waited_seconds = time.monotonic() - began
            if process.poll() is not None or waited_seconds > patience_seconds:
                ending = log.read_text(errors="replace")[-2000:]
                raise ServerFailedError(
                    f"no answer from {command[0]} after {waited_seconds:.0f} s:\n{ending}"
                )
            time.sleep(0.02)
        yield Server(process.pid, port, time.monotonic() - began)
    finally:
        _end(process)
