"""What the service is meant to reach, and whether a run reached it."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.speed.findings import Findings
from bench.speed.load import Load
from bench.speed.measure import Row

OURS = "clearcut"
AT_LEAST_AS_FAST = {
    "rembg": {"1MP": 3.0, "12MP": 4.2, "24MP": 5.0},
    "imgly": {"1MP": 10.0, "12MP": 18.0, "24MP": 30.0},
}
MOST_OVERHEAD = {"1MP": 0.15, "12MP": 0.75}
MOST_PEAK_MB = {"12MP": 700.0, "24MP": 1000.0}
MOST_PREVIEW_RATIO = 1.3
MOST_LOW_SHARE = 1 / 3
MOST_KEPT_S = {"12MP": 0.35}
MOST_READY_S, MOST_FIRST_S, MOST_IDLE_MB = 1.0, 1.8, 250.0
MOST_CROWDED_MB, MOST_HEALTH_MS = 1200.0, 50.0
# Two runs of the same thing differ by this much.
NOISE = 0.05


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure and its bound."""

    name: str
    bound: str
    found: str
    met: bool


def goals(findings: Findings) -> list[Goal]:
    """Every goal that the run has a figure for."""
    return [
        *_against_peers(findings),
        *_own(findings),
        *_small(findings),
        *_start(findings),
        *_crowd(findings),
    ]


def _at_most(name: str, found: float, bound: float, unit: str) -> Goal:
    return Goal(name, f"<= {_figure(bound)}{unit}", f"{_figure(found)}{unit}", found <= bound)


def _figure(number: float) -> str:
    return f"{number:.0f}" if number >= 1000 else f"{number:.3g}"


def _ours(rows: list[Row]) -> dict[str, Row]:
    return {row.picture: row for row in rows if row.system == OURS}


def _against_peers(findings: Findings) -> Iterator[Goal]:
    ours = _ours(findings.rows)
    for row in findings.rows:
        bound = AT_LEAST_AS_FAST.get(row.system, {}).get(row.picture)
        if bound is not None and row.picture in ours:
            times = row.median_s / ours[row.picture].median_s
            yield Goal(
                f"against {row.system}, {row.picture}", f">= {bound:g}x", f"{times:.1f}x", times >= bound
            )


def _own(findings: Findings) -> Iterator[Goal]:
    for picture, row in _ours(findings.rows).items():
        matte_s = row.stages_ms.get("matte", 0.0) / 1000
        if picture in MOST_OVERHEAD and matte_s:
            beyond = (row.median_s - matte_s) / matte_s * 100
            yield _at_most(f"beyond the model's run, {picture}", beyond, MOST_OVERHEAD[picture] * 100, " %")
        if picture in MOST_PEAK_MB:
            yield _at_most(f"peak memory, {picture}", row.peak_mb, MOST_PEAK_MB[picture], " MB")


def _small(findings: Findings) -> Iterator[Goal]:
    times = {(row.system, row.picture): row.median_s for row in findings.own}
    if {("preview", "1MP"), ("preview", "24MP")} <= times.keys():
        ratio = times["preview", "24MP"] / times["preview", "1MP"]
        yield _at_most("preview of 24 MP against that of 1 MP", ratio, MOST_PREVIEW_RATIO, "x")
    ours = _ours(findings.rows)
    if ("quality low", "1MP") in times and "1MP" in ours:
        share = times["quality low", "1MP"] / ours["1MP"].median_s
        yield _at_most("quality low against medium, 1MP", share, MOST_LOW_SHARE, "x")
    for picture, bound in MOST_KEPT_S.items():
        if ("kept matte", picture) in times:
            yield _at_most(f"composed again, {picture}", times["kept matte", picture], bound, " s")


def _start(findings: Findings) -> Iterator[Goal]:
    for start in findings.beginnings:
        if start.system == OURS:
            yield _at_most("ready after", start.ready_s, MOST_READY_S, " s")
            yield _at_most("first cut-out of 1 MP after", start.first_cutout_s, MOST_FIRST_S, " s")
            yield _at_most("idle memory", start.idle_mb, MOST_IDLE_MB, " MB")


def _crowd(findings: Findings) -> Iterator[Goal]:
    ours = [load for load in findings.loads if load.system == OURS]
    alone = {load.picture: load.per_second for load in ours if load.clients == 1}
    for load in ours:
        if load.clients > 1 and load.picture in alone:
            yield _throughput(load, alone[load.picture])
    if crowded := [load for load in ours if load.clients == 8 and load.picture == "12MP"]:
        yield _at_most("peak memory, 8 clients of 12 MP", crowded[0].peak_mb, MOST_CROWDED_MB, " MB")
    if heard := [load.health_ms for load in ours if load.health_ms is not None]:
        yield _at_most("slowest /health under load", max(heard), MOST_HEALTH_MS, " ms")


def _throughput(load: Load, alone: float) -> Goal:
    share = load.per_second / alone
    name = f"throughput of {load.clients} clients against one, {load.picture}"
    return Goal(name, ">= 1x", f"{share:.2f}x", share >= 1 - NOISE)
