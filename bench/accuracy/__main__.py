"""`make accuracy`: cut out, judge, write bench/out/accuracy.json and docs/accuracy.*, print the tables."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

# The folder is started by its path, so what lies beside it is not found by itself.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.accuracy.chart import draw_chart
from bench.accuracy.dataset import OWN, Case, cases
from bench.accuracy.generated import write_composites
from bench.accuracy.reliability import curve, reliability
from bench.accuracy.rows import Judged, judge, rows
from bench.accuracy.sheet import write_sheet
from bench.accuracy.systems import SYSTEMS, System, is_repetition, read_cutout
from bench.accuracy.table import OURS, document, report
from handler.domain.request import Quality

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "bench" / "out"
DOCS = ROOT / "docs"
# Which of ours, and which peer, the pictures of the best and the worst are of.
SHOWN = (OURS, Quality.HIGH.value), ("rembg", "default")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python bench/accuracy", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of SLICE/images and SLICE/masks")
    parser.add_argument(
        "--systems",
        default=",".join(SYSTEMS),
        help=f"which systems, parted by commas ({','.join(SYSTEMS)})",
    )
    return parser.parse_args()


def _judged(system: System, found: Sequence[Case]) -> dict[Judged, Path]:
    """Judge every picture as soon as it is cut out."""
    folder = OUT / "cutouts" / f"{system.name}-{system.quality}"
    folder.mkdir(parents=True, exist_ok=True)
    judged: dict[Judged, Path] = {}
    for case, result in zip(found, system.cut_out(found, folder), strict=True):
        scores = judge(read_cutout(result.png), case)
        judged[Judged(case, system.name, system.quality, scores, result.doubt)] = result.png
        done = f"{len(judged)}/{len(found)}"
        print(f"{system.name} {system.quality} {done} {case.slice}/{case.name}", flush=True)
    return judged


def _of(judged: Sequence[Judged], system: tuple[str, str]) -> list[Judged]:
    """What one system made of the given pictures."""
    return [
        one for one in judged if (one.system, one.quality) == system and not one.case.slice.startswith(OWN)
    ]


def _write(cutouts: dict[Judged, Path]) -> str:
    """Write every file of the report, and give its text."""
    judged = list(cutouts)
    result = rows(judged)
    (OUT / "accuracy.json").write_text(json.dumps([row.flat() for row in result], indent=2) + "\n")
    pictures = [one.flat() for one in judged]
    (OUT / "accuracy-pictures.json").write_text(json.dumps(pictures, indent=2) + "\n")
    ours = {quality: _of(judged, (OURS, quality.value)) for quality in Quality}
    known = {quality: part for quality, part in ours.items() if part}
    doubts = "\n\n".join(reliability(quality, part) for quality, part in known.items())
    draw_chart(result, {quality: curve(part) for quality, part in known.items()}, DOCS / "accuracy.png")
    pairs = list(zip(*(_of(judged, system) for system in SHOWN), strict=False))
    if pairs:
        write_sheet(pairs, cutouts, DOCS / "accuracy-pictures.jpg")
    (DOCS / "accuracy.md").write_text(document(result, doubts))
    return f"{report(result)}\n\n{doubts}"


def main() -> None:
    """Judge the systems one after the other and write what was found."""
    arguments = _arguments()
    OUT.mkdir(parents=True, exist_ok=True)
    found = [*cases(arguments.data), *cases(write_composites(OUT / "composites"))]
    cutouts: dict[Judged, Path] = {}
    for name in arguments.systems.split(","):
        if name == Quality.LOW.value and is_repetition(Quality.LOW):
            print("low is served by the weights of medium, and measured with it")
            continue
        cutouts |= _judged(SYSTEMS[name], found)
    print(f"\n{_write(cutouts)}")


if __name__ == "__main__":
    main()
