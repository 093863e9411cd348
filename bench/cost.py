"""`make cost`: what 1,000 pictures cost on Lambda, by memory, from times measured on one core and on two."""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.chart import draw_lines
from bench.peers.server import ROOT
from bench.pictures import photos
from bench.speed.table import grid, machine

OUT = Path(__file__).resolve().parent / "out"
# AWS's public price pages, us-east-1, x86, first tier, no free tier: Lambda bills memory by the millisecond
# and each call; API Gateway's REST API each call. Traffic out to the internet ($0.09 a GB), DynamoDB and S3
# are left out, for they depend on the answers' size and on the caller.
LAMBDA_GIGABYTE_SECOND = 0.0000166667
LAMBDA_CALL = 0.20 / 1e6
GATEWAY_CALL = 3.50 / 1e6
# Lambda gives a core's worth of time for each so many megabytes, as its documentation says.
MEGABYTES_A_CORE = 1769
SIZES_MB = (1769, 3008, 5307, 7076, 10240)
RUNS = 5


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds from bytes to bytes for one picture, on one core and on two."""

    picture: str
    one_core_s: float
    two_cores_s: float

    @property
    def serial_s(self) -> float:
        """What no further core makes shorter, after Amdahl: the rest of it halves from one core to two."""
        return min(max(0.0, 2 * self.two_cores_s - self.one_core_s), self.one_core_s)

    def on(self, cores: float) -> float:
        """Seconds on so many cores, fractions of which count as such."""
        return self.serial_s + (self.one_core_s - self.serial_s) / cores


@dataclass(frozen=True, slots=True)
class Price:
    """One picture size at one memory size."""

    picture: str
    memory_mb: int
    seconds: float
    dollars_a_thousand: float


def price(times: Times, memory_mb: int) -> Price:
    """The function's time and the two calls."""
    seconds = times.on(memory_mb / MEGABYTES_A_CORE)
    call = memory_mb / 1024 * seconds * LAMBDA_GIGABYTE_SECOND + LAMBDA_CALL + GATEWAY_CALL
    return Price(times.picture, memory_mb, seconds, call * 1000)


def report(prices: Sequence[Price]) -> str:
    """Every price, and the cheapest size of each picture."""
    cheapest = {found.picture: found for found in sorted(prices, key=lambda price: -price.dollars_a_thousand)}
    lines = [
        [
            found.picture,
            str(found.memory_mb),
            f"{found.memory_mb / MEGABYTES_A_CORE:.1f}",
            f"{found.seconds:.2f}",
            f"{found.dollars_a_thousand:.4f}",
            "cheapest" if found is cheapest[found.picture] else "",
        ]
        for found in prices
    ]
    return grid(["photo", "memory MB", "cores", "seconds", "$ a 1,000 pictures", ""], lines)


def _measured() -> list[Times]:
    one, two = _on_cores(1), _on_cores(2)
    return [Times(picture, one[picture], two[picture]) for picture in one]


def _on_cores(cores: int) -> dict[str, float]:
    """Medians by picture, in a process that may use so many cores, as a function of that size would."""
    command = [sys.executable, "-m", "bench.cost", "--cores", str(cores)]
    told: dict[str, float] = json.loads(
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    )
    return told


def _timed(cores: int) -> dict[str, float]:
    # Only in the measuring process: the report needs neither the settings nor the model.
    from handler.bootstrap.model import load_model  # noqa: PLC0415
    from handler.domain.limits import Deadline, Limits  # noqa: PLC0415
    from handler.domain.request import Variant  # noqa: PLC0415
    from handler.pipeline.run import run  # noqa: PLC0415
    from handler.settings import Settings  # noqa: PLC0415

    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    model = load_model(Settings(threads=cores))
    found: dict[str, float] = {}
    for photo in photos(OUT / "pictures"):
        spent = []
        for _ in range(RUNS + 1):
            began = time.perf_counter()
            run(photo.jpeg, Variant(), model, Limits(), Deadline.after(120), cores)
            spent.append(time.perf_counter() - began)
        found[photo.name] = round(median(spent[1:]), 4)
    return found


def main() -> None:
    """Measure, print, plot; or, asked for a number of cores, only measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.cost", description=__doc__)
    parser.add_argument("--cores", type=int, help="measure on so many cores and print the seconds as JSON")
    parser.add_argument("--docs", type=Path, help="a folder that gets cost.png")
    arguments = parser.parse_args()
    if arguments.cores:
        print(json.dumps(_timed(arguments.cores)))
        return
    measured = _measured()
    prices = [price(times, memory_mb) for times in measured for memory_mb in SIZES_MB]
    print(
        f"{machine()}, whose cores stand for Lambda's; medians of {RUNS} runs, medium quality, JPEG to PNG\n"
    )
    print(report(prices))
    if arguments.docs:
        lines = {
            times.picture: [
                (found.memory_mb, found.dollars_a_thousand)
                for found in prices
                if found.picture == times.picture
            ]
            for times in measured
        }
        draw_lines(
            "Dollars for 1,000 pictures by the function's megabytes", lines, arguments.docs / "cost.png"
        )


if __name__ == "__main__":
    main()
