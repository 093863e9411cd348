"""Clearcut, started as `make run` starts it, in a home of its own."""

import compileall
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers.server import ROOT, Server, serving
from tools.listening import free_port


@contextmanager
def serve_clearcut(home: Path, log: Path) -> Iterator[Server]:
    """Run the service on a free loopback port until the block ends."""
    # As every start but the first finds it, and the image always.
    compileall.compile_dir(ROOT / "handler", quiet=1)
    port = free_port()
    with serving(
        [sys.executable, "-m", "handler.local"],
        port=port,
        ready_path="/ready",
        log=log,
        environment={"CLEARCUT_HOME": str(home), "PORT": str(port)},
    ) as server:
        yield server


def demo_key(home: Path) -> str:
    """The key that the service makes on its first start, with credits enough for a bench."""
    return (home / "demo-key").read_text().strip()
