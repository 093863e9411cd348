"""A row's file in the cache: found there intact, or fetched or made and then kept."""

import os
from dataclasses import dataclass
from pathlib import Path

from layers.onnx_models.building.checked_files import (
    DigestMismatchError,
    is_intact,
    require_digest,
    whole_file,
)
from layers.onnx_models.building.fetching import fetch
from layers.onnx_models.building.progress import Progress
from layers.onnx_models.building.rows import BuildSource, CommittedSource, Row, UrlSource
from layers.onnx_models.building.verdicts import Verdict, read_verdict, write_verdict


@dataclass(frozen=True)
class Workshop:
    """
    Where rows, committed data and cached files lie.

    Attributes:
        rows: every row by its name, since one is made from another.
        folder: that of models.toml, the ranges and the committed models.
        cache: shared by all checkouts of one user; whatever is reused from it is verified first.
        processor: what judgements are made on.
    """

    rows: dict[str, Row]
    folder: Path
    cache: Path
    processor: str
    progress: Progress


@dataclass(frozen=True)
class Obtained:
    """A verified file, and for one that was built here what was found about it."""

    path: Path
    verdict: Verdict | None = None


def default_cache() -> Path:
    """The user's cache folder for Clearcut."""
    # The installer stands alone: the service's settings are not its own.
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"  # noqa: TID251
    return Path(base).expanduser() / "clearcut" / "models"


def obtain(row: Row, workshop: Workshop) -> Obtained:
    """The row's file with the row's digest, wherever it has to come from."""
    source = row.source
    if isinstance(source, CommittedSource):
        path = workshop.folder / row.file
        require_digest(path, row.sha256)
        return Obtained(path)
    path = workshop.cache / row.sha256[:16] / row.file
    if isinstance(source, BuildSource):
        return _built(row, source, path, workshop)
    if not is_intact(path, row.sha256):
        fetch(source, row.size_bytes, path, workshop.progress)
        _keep_only_if_right(path, row)
    return Obtained(path)


def _keep_only_if_right(path: Path, row: Row) -> None:
    try:
        if isinstance(row.source, UrlSource) and row.source.md5:
            require_digest(path, row.source.md5, algorithm="md5")
        require_digest(path, row.sha256)
    except DigestMismatchError:
        path.unlink()
        raise


def _built(row: Row, source: BuildSource, path: Path, workshop: Workshop) -> Obtained:
    verdict_path = path.with_name("verdict.json")
    verdict = read_verdict(verdict_path, workshop.processor)
    if verdict is None or not is_intact(path, row.sha256):
        verdict = _make(row, source, path, workshop)
        write_verdict(verdict_path, verdict)
    return Obtained(path, verdict)


def _make(row: Row, source: BuildSource, path: Path, workshop: Workshop) -> Verdict:
    # To import onnx takes longer than a whole run that finds everything in place.
    from layers.onnx_models.building.recipe import build  # noqa: PLC0415

    material = obtain(workshop.rows[source.material], workshop).path
    built = build(row, source, material, workshop.folder, workshop.progress)
    with whole_file(path) as file:
        file.write(built.data)
    difference = built.judgement.mean_difference if built.judgement else None
    return Verdict(workshop.processor, difference)
