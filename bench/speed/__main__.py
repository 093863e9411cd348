"""`make bench`: measure, write bench/out/speed.json, print the tables."""

import argparse
import json
import shutil
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from bench.peers.systems import SYSTEMS
from bench.pictures import SIZES, photos
from bench.speed.measure import Row, measure
from bench.speed.table import report, write_report

OUT = Path(__file__).resolve().parents[1] / "out"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2 runs each instead of 5: a look, not a figure")
    parser.add_argument("--runs", type=int, default=5, help="runs each after the warm-up (5)")
    parser.add_argument(
        "--systems",
        nargs="+",
        choices=SYSTEMS,
        default=list(SYSTEMS),
        help="which systems; the first is the yardstick",
    )
    parser.add_argument("--pictures", nargs="+", choices=SIZES, default=list(SIZES), help="which sizes")
    parser.add_argument("--photo", type=Path, help="a photo of your own in place of the bundled one")
    parser.add_argument("--page", type=Path, help="a Markdown page whose bench:speed markers get the tables")
    parser.add_argument("--last", action="store_true", help="show the last run's figures; measure nothing")
    return parser.parse_args()


def _measured(arguments: argparse.Namespace) -> list[Row]:
    chosen = [
        photo for photo in photos(OUT / "pictures", arguments.photo) if photo.name in arguments.pictures
    ]
    rows: list[Row] = []
    # Kept after the run: a server's log is what tells why it refused.
    scratch = OUT / "last-run"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    with ExitStack() as stack:
        systems = {}
        for name in dict.fromkeys(arguments.systems):
            systems[name] = stack.enter_context(SYSTEMS[name](scratch))
            print(f"{name} answers after {systems[name].server.ready_seconds:.1f} s", flush=True)
        for row in measure(chosen, systems, 2 if arguments.quick else arguments.runs):
            rows.append(row)
            print(f"{row.picture:>5} {row.system:<9} {row.median_s:.3f} s, {row.peak_mb:.0f} MB", flush=True)
    return rows


def main() -> None:
    """Start the systems, measure them and write what was found."""
    arguments = _arguments()
    found = OUT / "speed.json"
    if not arguments.last:
        found.write_text(json.dumps([asdict(row) for row in _measured(arguments)], indent=2) + "\n")
    rows = [Row(**row) for row in json.loads(found.read_text())]
    print(f"\n{report(rows)}")
    if arguments.page:
        write_report(arguments.page, rows)


if __name__ == "__main__":
    main()
