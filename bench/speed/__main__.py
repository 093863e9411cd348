"""`make bench`: measure, write bench/out/speed.json and docs/benchmarks.md, print the tables."""

import argparse
import math
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from bench.exchange import RefusedError, Running
from bench.peers.server import PeerMissingError, ServerFailedError
from bench.peers.systems import SYSTEMS
from bench.pictures import SIZES, Photo, photos
from bench.speed.findings import Findings, read_findings, write_findings
from bench.speed.load import Load, loaded
from bench.speed.measure import Row, measure
from bench.speed.page import page_of, write_page
from bench.speed.start import begin
from bench.speed.table import machine, write_report

OUT = Path(__file__).resolve().parents[1] / "out"
OURS = "clearcut"
# Long enough for five runs of all but the slowest; two of those would take ten minutes.
PATIENCE_SECONDS = 40.0
STARTS = {OURS: 3}
UNSEEN = 10_000
# Clients and pictures: few of those that take seconds each.
CROWDS = {
    OURS: {"1MP": {1: 8, 2: 8}, "12MP": {1: 8, 2: 8, 4: 8, 8: 16}},
    "rembg": {"1MP": {1: 4, 2: 4}, "12MP": {1: 4, 2: 4}},
}


class SamePhoto(Photo):
    """A photo that is sent again as it is, to be recognised."""

    def edition(self, number: int) -> bytes:  # noqa: ARG002 - as of any photo
        """The photo itself."""
        return self.jpeg


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2 runs each instead of 5: a look, not a figure")
    parser.add_argument("--runs", type=int, default=5, help="runs each after the warm-up (5)")
    parser.add_argument("--thorough", action="store_true", help="all runs even where they take minutes")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS), help="which systems")
    parser.add_argument("--pictures", nargs="+", choices=SIZES, default=list(SIZES), help="which sizes")
    parser.add_argument("--photo", type=Path, help="a photo of your own in place of the bundled one")
    parser.add_argument("--docs", type=Path, help="a folder that gets benchmarks.md and benchmarks.png")
    parser.add_argument("--page", type=Path, help="a Markdown page whose bench:speed markers get the tables")
    parser.add_argument("--last", action="store_true", help="show the last run's findings; measure nothing")
    return parser.parse_args()


def _measured(arguments: argparse.Namespace, scratch: Path) -> Findings:
    made = photos(OUT / "pictures", arguments.photo)
    chosen = [photo for photo in made if photo.name in arguments.pictures]
    findings = Findings(machine(), left_out={})
    runs = 2 if arguments.quick else arguments.runs
    with ExitStack() as stack:
        _begin_all(dict.fromkeys(arguments.systems), scratch, made[0], findings)
        names = [beginning.system for beginning in findings.beginnings]
        systems = {name: stack.enter_context(SYSTEMS[name](scratch)) for name in names}
        for row in measure(chosen, systems, runs, math.inf if arguments.thorough else PATIENCE_SECONDS):
            findings.rows.append(row)
            print(f"{row.picture:>5} {row.system:<9} {row.median_s:.3f} s, {row.peak_mb:.0f} MB", flush=True)
        if OURS in systems:
            findings.own.extend(_short_ways(chosen, systems[OURS], runs))
        if not arguments.quick:
            findings.loads.extend(_crowds(chosen, systems))
    return findings


def _begin_all(names: Iterable[str], scratch: Path, photo: Photo, findings: Findings) -> None:
    """Start each alone on the machine; what cannot be had is left out, and said to be."""
    for name in names:
        try:
            beginning = begin(name, SYSTEMS[name], scratch, photo, STARTS.get(name, 1))
        except (PeerMissingError, ServerFailedError, RefusedError) as error:
            if name == OURS:
                raise
            print(f"{name} IS LEFT OUT: {error}", flush=True)
            findings.left_out[name] = str(error)
        else:
            print(f"{name} answers after {beginning.ready_s:.1f} s", flush=True)
            findings.beginnings.append(beginning)


def _short_ways(chosen: Sequence[Photo], ours: Running, runs: int) -> Iterator[Row]:
    # Mattes are kept, so that every photo has to be new; but for the one that is to be recognised.
    fresh = {photo.name: Photo(photo.name, photo.edition(UNSEEN)) for photo in chosen}
    same = {photo.name: SamePhoto(photo.name, photo.jpeg) for photo in fresh.values()}
    for way, fields, photos_by_name, names in (
        ("preview", {"size": "preview"}, fresh, ("1MP", "24MP")),
        ("quality low", {"quality": "low"}, fresh, ("1MP",)),
        ("kept matte", {"bg_color": "#2f6fb5"}, same, ("12MP",)),
    ):
        running = replace(ours, call=replace(ours.call, fields=fields))
        sent = [photos_by_name[name] for name in names if name in photos_by_name]
        yield from measure(sent, {way: running}, runs)


def _crowds(chosen: Sequence[Photo], systems: Mapping[str, Running]) -> Iterator[Load]:
    for photo in chosen:
        for name, running in systems.items():
            for clients, requests in CROWDS.get(name, {}).get(photo.name, {}).items():
                load = loaded(name, running, photo, clients, requests)
                print(f"{photo.name:>5} {name:<9} {clients} clients: {load.per_second:.2f}/s", flush=True)
                yield load


def main() -> None:
    """Start the systems, measure them and write what was found."""
    arguments = _arguments()
    kept = OUT / "speed.json"
    if not arguments.last:
        # Kept after the run: a server's log is what tells why it refused.
        scratch = OUT / "last-run"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        write_findings(_measured(arguments, scratch), kept)
    findings = read_findings(kept)
    print(f"\n{page_of(findings)}")
    if arguments.docs:
        write_page(findings, arguments.docs)
    if arguments.page:
        write_report(arguments.page, findings.rows, findings.machine)


if __name__ == "__main__":
    main()
