"""The story of an install: each row is in place already, or is obtained, or its fallback stands in."""

import shutil
from dataclasses import replace
from pathlib import Path

from layers.onnx_models.building.checked_files import is_intact, whole_file
from layers.onnx_models.building.obtaining import Obtained, Workshop, obtain
from layers.onnx_models.building.record import InstalledModel, Record, Replacement, read_record, write_record
from layers.onnx_models.building.rows import BuildSource, CommittedSource, Row
from layers.onnx_models.building.verdicts import MOST_MEAN_DIFFERENCE, Verdict


class UnfaithfulModelError(Exception):
    """A quantized model's masks stray too far and no row is named to stand in."""


def install(wanted: list[Row], destination: Path, workshop: Workshop) -> Record:
    """Bring every wanted row's file to `destination`, and say in installed.json what was done."""
    record = read_record(destination)
    for row in wanted:
        if not _is_in_place(row, destination, workshop, record):
            record = _install(row, destination, workshop, record)
            write_record(destination, record)
    return record


def _is_in_place(row: Row, destination: Path, workshop: Workshop, record: Record) -> bool:
    replacement = record.replaced.get(row.name)
    if replacement is not None:
        fallback = row.source.fallback if isinstance(row.source, BuildSource) else None
        is_current = (replacement.by, replacement.processor) == (fallback, workshop.processor)
        return is_current and _is_in_place(workshop.rows[replacement.by], destination, workshop, record)
    entry = record.installed.get(row.name)
    is_judged_here = entry is not None and entry.processor in {None, workshop.processor}
    return is_judged_here and is_intact(destination / row.file, row.sha256)


def _install(row: Row, destination: Path, workshop: Workshop, record: Record) -> Record:
    if not row.is_verified:
        workshop.progress.say(f"{row.name}: nobody on this project has run this file")
    obtained = obtain(row, workshop)
    verdict = obtained.verdict
    if verdict is not None and not verdict.is_faithful:
        return _replace(row, verdict, destination, workshop, record)
    _place(row, obtained, destination)
    entry = InstalledModel(row.file, row.sha256)
    if verdict is not None and verdict.mean_difference is not None:
        entry = replace(entry, mean_difference=round(verdict.mean_difference, 5), processor=verdict.processor)
        workshop.progress.say(f"{row.name}: masks differ from float by {entry.mean_difference} on average")
    workshop.progress.say(f"{row.name}: installed as {row.file}")
    others = {name: found for name, found in record.replaced.items() if name != row.name}
    return Record({**record.installed, row.name: entry}, others)


def _replace(row: Row, verdict: Verdict, destination: Path, workshop: Workshop, record: Record) -> Record:
    source = row.source
    difference = round(verdict.mean_difference or 0.0, 5)
    found = f"{row.name}: masks differ from float by {difference}, more than {MOST_MEAN_DIFFERENCE}"
    if not isinstance(source, BuildSource) or source.fallback is None:
        raise UnfaithfulModelError(f"{found}, and no row stands in for it")
    workshop.progress.say(f"{found}; installing {source.fallback} instead")
    # A file left from another processor would be preferred to its stand-in when serving.
    (destination / row.file).unlink(missing_ok=True)
    record = _install(workshop.rows[source.fallback], destination, workshop, record)
    kept = {name: entry for name, entry in record.installed.items() if name != row.name}
    replacement = Replacement(source.fallback, difference, verdict.processor)
    return Record(kept, {**record.replaced, row.name: replacement})


def _place(row: Row, obtained: Obtained, destination: Path) -> None:
    target = destination / row.file
    if isinstance(row.source, CommittedSource) and target.is_file() and target.samefile(obtained.path):
        return
    with obtained.path.open("rb") as origin, whole_file(target) as file:
        shutil.copyfileobj(origin, file)
