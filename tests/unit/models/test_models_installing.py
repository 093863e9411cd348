"""What an install does, does not do again, and refuses."""

import io
import shutil
import urllib.request
from dataclasses import replace
from hashlib import md5
from pathlib import Path

import pytest

from layers.onnx_models.building.checked_files import DigestMismatchError
from layers.onnx_models.building.fetching import FetchError
from layers.onnx_models.building.installing import install
from layers.onnx_models.building.obtaining import Workshop
from layers.onnx_models.building.record import InstalledModel, Record, read_record
from layers.onnx_models.building.rows import CommittedSource, UrlSource
from tests.workshop import (
    path_row,
    row_of,
    said,
    with_rows,
)


def test_a_file_is_installed_and_recorded(workshop: Workshop, tmp_path: Path) -> None:
    """The record names row, file and digest."""
    row = path_row(workshop, "model", b"weights")
    install([row], tmp_path / "there", with_rows(workshop, row))
    assert (tmp_path / "there" / "model.onnx").read_bytes() == b"weights"
    assert read_record(tmp_path / "there") == Record({"model": InstalledModel(row.file, row.sha256)})


def test_a_second_install_does_nothing(workshop: Workshop, tmp_path: Path) -> None:
    """It needs neither the source nor the cache, and leaves the file alone."""
    row = path_row(workshop, "model", b"weights")
    workshop = with_rows(workshop, row)
    install([row], tmp_path, workshop)
    before = (tmp_path / "model.onnx").stat().st_mtime_ns
    shutil.rmtree(workshop.cache)
    (workshop.folder / "model.brought").unlink()
    install([row], tmp_path, workshop)
    assert (tmp_path / "model.onnx").stat().st_mtime_ns == before


def test_a_damaged_file_is_installed_again_from_the_cache(workshop: Workshop, tmp_path: Path) -> None:
    """Without its source: the cache is enough."""
    row = path_row(workshop, "model", b"weights")
    workshop = with_rows(workshop, row)
    install([row], tmp_path, workshop)
    (workshop.folder / "model.brought").unlink()
    (tmp_path / "model.onnx").write_bytes(b"damaged")
    install([row], tmp_path, workshop)
    assert (tmp_path / "model.onnx").read_bytes() == b"weights"


def test_a_damaged_cache_is_not_trusted(workshop: Workshop, tmp_path: Path) -> None:
    """What is reused is verified first, and fetched anew where it is wrong."""
    row = path_row(workshop, "model", b"weights")
    workshop = with_rows(workshop, row)
    install([row], tmp_path / "first", workshop)
    (cached,) = workshop.cache.glob("*/model.onnx")
    cached.write_bytes(b"damaged")
    install([row], tmp_path / "second", workshop)
    assert (tmp_path / "second" / "model.onnx").read_bytes() == b"weights"


def test_a_file_with_another_digest_is_refused_and_not_kept(workshop: Workshop, tmp_path: Path) -> None:
    """The message names file, expected and found; nothing is installed or cached."""
    row = replace(path_row(workshop, "model", b"weights"), sha256="0" * 64)
    with pytest.raises(DigestMismatchError) as refusal:
        install([row], tmp_path / "there", with_rows(workshop, row))
    found = path_row(workshop, "model", b"weights").sha256
    assert f"model.onnx: expected sha256 {'0' * 64}, found {found}" in str(refusal.value)
    assert list(workshop.cache.glob("*/*")) == []
    assert not (tmp_path / "there").exists()


def test_what_a_publisher_states_is_checked_too(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row may name an MD5 beside our SHA-256, and both have to be right."""
    monkeypatch.setattr(urllib.request, "urlopen", lambda _, timeout: io.BytesIO(b"weights"[:timeout]))
    stated = md5(b"weights", usedforsecurity=False).hexdigest()
    right = row_of("right", b"weights", UrlSource("https://models.test/m", stated))
    wrong = row_of("wrong", b"weights", UrlSource("https://models.test/m", "1" * 32))
    install([right], tmp_path, workshop)
    with pytest.raises(DigestMismatchError, match=f"expected md5 {'1' * 32}, found {stated}"):
        install([wrong], tmp_path, workshop)


def test_a_row_that_nobody_verified_says_so(workshop: Workshop, tmp_path: Path) -> None:
    """Whoever installs it reads it before it is fetched."""
    row = replace(path_row(workshop, "model", b"weights"), is_verified=False)
    install([row], tmp_path, with_rows(workshop, row))
    assert "model: nobody on this project has run this file" in said(workshop)


def test_a_committed_file_is_verified_and_stays_where_it_is(workshop: Workshop) -> None:
    """It lies beside models.toml already."""
    row = row_of("committed", b"committed", CommittedSource())
    workshop = with_rows(workshop, row)
    install([row], workshop.folder, workshop)
    assert (workshop.folder / "committed.onnx").read_bytes() == b"committed"
    assert set(read_record(workshop.folder).installed) == {"committed"}
    (workshop.folder / "committed.onnx").write_bytes(b"damaged")
    with pytest.raises(DigestMismatchError, match=r"committed\.onnx: expected"):
        install([row], workshop.folder, workshop)


def test_a_committed_file_is_copied_to_another_folder(workshop: Workshop, tmp_path: Path) -> None:
    """An image is filled from one folder."""
    row = row_of("committed", b"committed", CommittedSource())
    install([row], tmp_path / "image", with_rows(workshop, row))
    assert (tmp_path / "image" / "committed.onnx").read_bytes() == b"committed"


def test_a_source_that_is_gone_leaves_what_was_installed(workshop: Workshop, tmp_path: Path) -> None:
    """A failed install of one row takes nothing away from another."""
    good, bad = path_row(workshop, "good", b"good"), path_row(workshop, "bad", b"bad")
    workshop = with_rows(workshop, good, bad)
    (workshop.folder / "bad.brought").unlink()
    with pytest.raises(FetchError):
        install([good, bad], tmp_path, workshop)
    assert set(read_record(tmp_path).installed) == {"good"}


@pytest.mark.parametrize(
    "text", ["", "[]", '{"installed": 3}', '{"installed": {"a": {"what": 1}}, "replaced": {}}']
)
def test_a_record_that_cannot_be_read_counts_as_none(tmp_path: Path, text: str) -> None:
    """Everything is then looked at anew."""
    (tmp_path / "installed.json").write_text(text, encoding="utf-8")
    assert read_record(tmp_path) == Record()
