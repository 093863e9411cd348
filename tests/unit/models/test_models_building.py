"""Models made at install time: judged, replaced where they stray, the same wherever they are made."""

from dataclasses import replace
from pathlib import Path

import pytest

from layers.onnx_models.building.checked_files import DigestMismatchError
from layers.onnx_models.building.installing import UnfaithfulModelError, install
from layers.onnx_models.building.obtaining import Workshop
from layers.onnx_models.building.record import Record, Replacement, read_record, write_record
from tests.workshop import (
    RUINED,
    float_row,
    published_row,
    said,
    small_row,
    sound_ranges,
    with_rows,
)


def test_a_faithful_model_is_installed_with_its_difference(workshop: Workshop, tmp_path: Path) -> None:
    """The record tells how far its masks are from the float model's, and on which processor."""
    small, published = small_row(workshop, "small", sound_ranges()), published_row(workshop)
    install([small], tmp_path / "there", with_rows(workshop, small, published))
    entry = read_record(tmp_path / "there").installed["small"]
    assert entry.mean_difference is not None
    assert 0 < entry.mean_difference <= 0.01
    assert entry.processor == "this processor"
    assert not (tmp_path / "there" / "published.onnx").exists()


def test_an_unfaithful_model_is_replaced_by_its_fallback(workshop: Workshop, tmp_path: Path) -> None:
    """Down the chain of rows to the float model, said in the output and the record; the file goes."""
    small = small_row(workshop, "small", RUINED, "reduced")
    reduced = small_row(workshop, "reduced", RUINED, "float")
    workshop = with_rows(workshop, small, reduced, float_row(), published_row(workshop))
    (tmp_path / "small.onnx").write_bytes(b"from another processor")
    record = install([small], tmp_path, workshop)
    assert set(record.installed) == {"float"}
    assert {name: entry.by for name, entry in record.replaced.items()} == {
        "small": "reduced",
        "reduced": "float",
    }
    assert read_record(tmp_path) == record
    assert sorted(path.name for path in tmp_path.glob("*.onnx")) == ["float.onnx"]
    assert "installing reduced instead" in said(workshop)
    assert "installing float instead" in said(workshop)


def test_a_replaced_model_is_not_built_again(workshop: Workshop, tmp_path: Path) -> None:
    """A second install finds what stands in for it and does nothing."""
    small = small_row(workshop, "small", RUINED, "float")
    workshop = with_rows(workshop, small, float_row(), published_row(workshop))
    install([small], tmp_path, workshop)
    told = said(workshop)
    install([small], tmp_path, workshop)
    assert said(workshop) == told


def test_a_model_that_has_become_faithful_takes_its_place_again(workshop: Workshop, tmp_path: Path) -> None:
    """A verdict holds for the processor that it was found on."""
    sound, published = small_row(workshop, "small", sound_ranges()), published_row(workshop)
    workshop = with_rows(workshop, sound, published)
    write_record(tmp_path, Record(replaced={"small": Replacement("small", 0.3, "old")}))
    record = install([sound], tmp_path, workshop)
    assert set(record.installed) == {"small"}
    assert record.replaced == {}


def test_an_unfaithful_model_without_a_fallback_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    """Bad masks are never installed in silence."""
    small, published = small_row(workshop, "small", RUINED), published_row(workshop)
    with pytest.raises(UnfaithfulModelError, match="small: masks differ from float by 0"):
        install([small], tmp_path / "there", with_rows(workshop, small, published))
    assert not (tmp_path / "there").exists()


def test_a_verdict_of_another_processor_is_found_anew(workshop: Workshop, tmp_path: Path) -> None:
    """The same cache on another machine builds and judges again."""
    small, published = small_row(workshop, "small", sound_ranges()), published_row(workshop)
    workshop = with_rows(workshop, small, published)
    install([small], tmp_path / "first", workshop)
    elsewhere = replace(workshop, processor="another processor")
    install([small], tmp_path / "second", elsewhere)
    assert read_record(tmp_path / "second").installed["small"].processor == "another processor"


def test_a_model_judged_on_another_processor_is_judged_again_in_place(
    workshop: Workshop, tmp_path: Path
) -> None:
    """A checkout that moves to another machine does not take its verdict along."""
    small, published = small_row(workshop, "small", sound_ranges()), published_row(workshop)
    workshop = with_rows(workshop, small, published)
    install([small], tmp_path, workshop)
    install([small], tmp_path, replace(workshop, processor="another processor"))
    assert read_record(tmp_path).installed["small"].processor == "another processor"


def test_two_installs_give_the_same_bytes(workshop: Workshop, tmp_path: Path) -> None:
    """Each from nothing, with a cache of its own."""
    small, published = small_row(workshop, "small", sound_ranges()), published_row(workshop)
    workshop = with_rows(workshop, small, published)
    for name in ("first", "second"):
        install([small], tmp_path / name, replace(workshop, cache=tmp_path / f"cache-{name}"))
    first, second = (tmp_path / name / "small.onnx" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_a_build_with_other_bytes_than_recorded_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    """The message says where the recorded bytes come from, since another quantizer may differ."""
    small = replace(small_row(workshop, "small", sound_ranges()), sha256="2" * 64)
    workshop = with_rows(workshop, small, published_row(workshop))
    with pytest.raises(DigestMismatchError, match=f"small.onnx: expected sha256 {'2' * 64}.*requirements"):
        install([small], tmp_path / "there", workshop)
