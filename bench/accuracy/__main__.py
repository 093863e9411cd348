"""`make accuracy`: cut out, judge, write bench/out/accuracy.json, print the tables."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

# The folder is started by its path, so what lies beside it is not found by itself.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.accuracy.dataset import Case, cases
from bench.accuracy.rows import Judged, judge, rows
from bench.accuracy.systems import SYSTEMS, System, read_cutout
from bench.accuracy.table import report

OUT = Path(__file__).resolve().parents[1] / "out"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python bench/accuracy", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of SLICE/images and SLICE/masks")
    parser.add_argument(
        "--systems",
        default=",".join(SYSTEMS),
        help=f"which systems, parted by commas ({','.join(SYSTEMS)})",
    )
    return parser.parse_args()


def _judged(system: System, found: list[Case], scratch: Path) -> list[Judged]:
    """Judge every picture as soon as it is cut out."""
    judged = []
    for case, path in zip(found, system.cut_out(found, scratch), strict=True):
        scores = judge(read_cutout(path), case)
        judged.append(Judged(case, system.name, system.quality, scores))
        done = f"{len(judged)}/{len(found)}"
        print(f"{system.name} {system.quality} {done} {case.slice}/{case.name}", flush=True)
    return judged


def main() -> None:
    """Judge the systems one after the other and write what was found."""
    arguments = _arguments()
    found = cases(arguments.data)
    judged: list[Judged] = []
    for name in arguments.systems.split(","):
        with tempfile.TemporaryDirectory() as scratch:
            judged += _judged(SYSTEMS[name], found, Path(scratch))
    result = rows(judged)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "accuracy.json").write_text(json.dumps([row.flat() for row in result], indent=2) + "\n")
    pictures = [one.flat() for one in judged]
    (OUT / "accuracy-pictures.json").write_text(json.dumps(pictures, indent=2) + "\n")
    print(f"\n{report(result)}")


if __name__ == "__main__":
    main()
