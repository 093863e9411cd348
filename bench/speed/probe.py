"""Asks a server for its health until told to stop, and prints the slowest answer's seconds."""

import select
import sys
import time

from bench.peers.server import answers

PAUSE_SECONDS = 0.02


def main(port: int, path: str) -> None:
    """A process of its own: among the clients' threads it would measure their delays too."""
    slowest_s = 0.0
    is_ended = False
    while not is_ended:
        began = time.perf_counter()
        answers(port, path)
        slowest_s = max(slowest_s, time.perf_counter() - began)
        # The end of what comes in is the sign to stop.
        is_ended = bool(select.select([sys.stdin], [], [], PAUSE_SECONDS)[0])
    print(slowest_s)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
