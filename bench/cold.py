"""`make bench-cold`: from the start of the process to the first cut-out, and which imports take how long."""

import compileall
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.peers.server import ROOT
from bench.peers.systems import clearcut
from bench.pictures import photos
from bench.speed.start import Beginning, begin
from bench.speed.table import grid, machine

OUT = Path(__file__).resolve().parent / "out"
STARTS, IMPORTS = 5, 3
# What the local server imports until it answers: the entry, and what that brings in while the model loads.
ENTRY = "import handler.local, onnxruntime, uvicorn, handler.bootstrap.service"
BUDGET_IMPORTS_S = 0.9
BUDGETS = {"ready_s": 1.0, "first_cutout_s": 1.8, "idle_mb": 250.0}
# None of these is needed before the first request, each of them costs more than a tenth of a second.
NEVER = {
    "boto3",
    "botocore",
    "cv2",
    "matplotlib",
    "onnx",
    "pandas",
    "pillow_heif",
    "scipy",
    "skimage",
    "sympy",
}
_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)")
SHOWN = 12


def spent_s(importtime: str) -> Counter[str]:
    """Seconds by package, each module's own time alone, from what `python -X importtime` says."""
    spent: Counter[str] = Counter()
    for microseconds, module in _LINE.findall(importtime):
        spent[module.partition(".")[0]] += int(microseconds)
    return Counter({package: total / 1e6 for package, total in spent.items()})


def imports() -> Counter[str]:
    """The quickest of some tries: the others were disturbed."""
    compileall.compile_dir(ROOT / "handler", quiet=1)
    command = [sys.executable, "-X", "importtime", "-c", ENTRY]
    tries = [
        spent_s(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr)
        for _ in range(IMPORTS)
    ]
    return min(tries, key=Counter.total)


def import_table(spent: Counter[str]) -> str:
    """The costliest packages, and what the others come to."""
    shown = spent.most_common(SHOWN)
    rest = spent.total() - sum(seconds for _, seconds in shown)
    lines = [[package, f"{seconds * 1000:.0f}"] for package, seconds in [*shown, ("all others", rest)]]
    return grid(["package", "imports in ms"], [*lines, ["together", f"{spent.total() * 1000:.0f}"]])


def faults(spent: Mapping[str, float], start: Beginning) -> list[str]:
    """Every budget that is exceeded, and every package that has no business at the start."""
    total = sum(spent.values())
    found = [f"{package} is imported at the start" for package in sorted(NEVER & spent.keys())]
    if total > BUDGET_IMPORTS_S:
        found.append(f"imports take {total:.2f} s of {BUDGET_IMPORTS_S} s")
    over = _over_budget(start)
    return [*found, *over]


def _over_budget(start: Beginning) -> Iterable[str]:
    for name, most in BUDGETS.items():
        figure = getattr(start, name)
        if figure > most:
            yield f"{name} is {figure:g}, at most {most:g} was meant"


def main() -> int:
    """Measure, tell, and fail over budget."""
    spent = imports()
    with TemporaryDirectory(prefix="clearcut-cold-") as scratch:
        smallest = photos(OUT / "pictures")[0]
        start = begin("clearcut", clearcut, Path(scratch), smallest, STARTS)
    print(f"{machine()}; medians of {STARTS} starts, best of {IMPORTS} imports\n")
    print(f"{import_table(spent)}\n")
    print(f"ready after {start.ready_s:.2f} s, at most {BUDGETS['ready_s']:g}")
    print(f"first cut-out of 1 MP after {start.first_cutout_s:.2f} s, at most {BUDGETS['first_cutout_s']:g}")
    print(f"{start.idle_mb:.0f} MB before it, at most {BUDGETS['idle_mb']:g}")
    found = faults(spent, start)
    for fault in found:
        print(f"OVER BUDGET: {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
