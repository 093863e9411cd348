"""The measurement itself: rounds of one request to each system, and what is kept of them."""

import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np
from PIL import Image

from bench.exchange import Answer, Running
from bench.memory import PeakMemory
from bench.pictures import Photo


@dataclass(frozen=True, slots=True)
class Row:
    """
    One system on one photo.

    Attributes:
        mask_difference: the mean difference of alpha, 0..1, from the first system's; None for the first.
        stages_ms: the medians of the stages that the server itself reports.
    """

    picture: str
    system: str
    median_s: float
    min_s: float
    max_s: float
    peak_mb: float
    out_bytes: int
    runs: int
    mask_difference: float | None = None
    stages_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Record:
    """The answers of one system to one photo, as they come in."""

    answers: list[Answer] = field(default_factory=list)
    peak_mb: float = 0.0
    spent_s: float = 0.0


def stages(server_timing: str) -> dict[str, float]:
    """The durations of a Server-Timing header, in milliseconds."""
    return {
        name: float(spent) for name, spent in re.findall(r"([\w-]+)[^,]*?;\s*dur=([\d.]+)", server_timing)
    }


def _median_stages(answers: Sequence[Answer]) -> dict[str, float]:
    told = [stages(answer.server_timing) for answer in answers]
    return {name: round(median(one.get(name, 0.0) for one in told), 1) for name in told[0]}


def alpha(png: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The mask of a cut-out."""
    with Image.open(io.BytesIO(png)) as cutout:
        return np.asarray(cutout.convert("RGBA").getchannel("A"))


def mask_difference(one: bytes, other: bytes) -> float:
    """The mean difference of two cut-outs' masks, 0..1."""
    first, second = alpha(one), alpha(other)
    if first.shape != second.shape:
        raise ValueError(f"cut-outs of different sizes: {first.shape} and {second.shape}")
    # In place on a wider type: at 24 megapixels each copy counts.
    apart = first.astype(np.int16)
    apart -= second
    return float(np.abs(apart, out=apart).mean()) / 255


def _send(system: Running, record: Record, jpeg: bytes) -> None:
    with PeakMemory(system.server.pid) as memory:
        answer = system.cut_out(jpeg)
    record.peak_mb = max(record.peak_mb, memory.peak_mb)
    record.spent_s += answer.seconds
    record.answers.append(answer)


def _counted(record: Record) -> list[Answer]:
    """All but the warm-up, which is a figure only where it used up the patience."""
    return record.answers[1:] or record.answers


def _row(photo: Photo, name: str, record: Record, first: Answer) -> Row:
    answers = _counted(record)
    seconds = [answer.seconds for answer in answers]
    last = answers[-1]
    return Row(
        picture=photo.name,
        system=name,
        median_s=round(median(seconds), 4),
        min_s=round(min(seconds), 4),
        max_s=round(max(seconds), 4),
        peak_mb=round(record.peak_mb, 1),
        out_bytes=len(last.body),
        runs=len(seconds),
        mask_difference=None if last is first else round(mask_difference(first.body, last.body), 5),
        stages_ms=_median_stages(answers),
    )


def measure(
    photos: Sequence[Photo], systems: Mapping[str, Running], runs: int, patience_s: float = math.inf
) -> Iterator[Row]:
    """
    Time every system on every photo, smallest photo first, one warm-up and then turn by turn.

    A system that has taken longer than the patience for one photo gets no further turn on it.

    Turns keep a machine's slow minutes from falling on one system alone, and each round begins with
    another system, so that none always runs on the heels of the same neighbour. Memory that a system
    never gives back is why the small photo goes first.
    """
    for photo in photos:
        records = {name: Record() for name in systems}
        order = list(systems)
        for turn in range(runs + 1):
            for name in order:
                if records[name].spent_s <= patience_s:
                    _send(systems[name], records[name], photo.edition(turn))
            order.append(order.pop(0))
        first = records[next(iter(systems))].answers[-1]
        for name, record in records.items():
            yield _row(photo, name, record, first)
