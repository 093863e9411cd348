"""Starting from nothing: until the server answers, until the first cut-out, and what it holds idle."""

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.memory import PeakMemory
from bench.peers.systems import Start
from bench.pictures import Photo


@dataclass(frozen=True, slots=True)
class Beginning:
    """
    One system's start, by medians; every time counts from the start of the process.

    Attributes:
        idle_mb: what the processes hold before the first picture.
    """

    system: str
    starts: int
    ready_s: float
    first_cutout_s: float
    idle_mb: float


def begin(name: str, start: Start, scratch: Path, photo: Photo, starts: int) -> Beginning:
    """Start a system so many times, one after the other, and send each a picture as soon as it answers."""
    # Never the same bytes twice: a matte may be kept from one start to the next.
    editions = [photo.edition(-number) for number in range(1, starts + 1)]
    ready, first, idle = zip(*(_once(start, scratch, edition) for edition in editions), strict=True)
    return Beginning(name, starts, round(median(ready), 3), round(median(first), 3), round(median(idle), 1))


def _once(start: Start, scratch: Path, jpeg: bytes) -> tuple[float, float, float]:
    with start(scratch) as running:
        answered_at = time.monotonic()
        with PeakMemory(running.server.pid) as memory:
            pass
        looked_s = time.monotonic() - answered_at
        running.cut_out(jpeg)
        until_first_s = running.server.ready_seconds + time.monotonic() - answered_at - looked_s
    return running.server.ready_seconds, until_first_s, memory.peak_mb
