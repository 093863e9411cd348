"""From a folder of pictures with known answers to the rows and tables of the report."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.accuracy.dataset import Case, DatasetError, cases
from bench.accuracy.rows import TOGETHER, TOTAL, Judged, Row, Scores, judge, rows
from bench.accuracy.table import report

PERFECT = Scores(mae=0, iou=1, boundary_f=1, sad=0, grad=0, edge10=0, composite=0)


def write(path: Path, level: int = 0, mode: str = "RGB") -> None:
    """A small plain picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, (12, 8), level if mode == "L" else (level, level, level)).save(path)


def judged(slice_name: str, composite: float, system: str = "clearcut") -> Judged:
    """One picture with nothing but this error."""
    case = Case(slice_name, "a", Path("a.jpg"), Path("a.png"), None)
    return Judged(case, system, "medium", replace(PERFECT, composite=composite))


def test_a_folder_is_read_by_slices_and_names(tmp_path: Path) -> None:
    """Pictures of either kind, each with its mask, and its foreground where there is one."""
    for image in ("fur/images/b.jpg", "fur/images/a.png", "cars/images/c.jpg"):
        write(tmp_path / image)
        write(tmp_path / image.replace("images", "masks").replace(".jpg", ".png"), mode="L")
    write(tmp_path / "fur" / "foregrounds" / "b.png")
    write(tmp_path / "fur" / "images" / "notes.bmp")
    found = cases(tmp_path)
    assert [("cars", "c"), ("fur", "a"), ("fur", "b")] == [(case.slice, case.name) for case in found]
    assert [False, False, True] == [case.foreground is not None for case in found]


def test_a_picture_without_a_mask_is_refused(tmp_path: Path) -> None:
    """By name, so that it can be mended."""
    write(tmp_path / "fur" / "images" / "b.jpg")
    with pytest.raises(DatasetError, match=r"b\.jpg"):
        cases(tmp_path)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    """A total of nothing would be no figure."""
    with pytest.raises(DatasetError):
        cases(tmp_path)


def test_the_truth_has_the_foregrounds_colour_where_it_is_known(tmp_path: Path) -> None:
    """Else the picture's own."""
    write(tmp_path / "fur" / "images" / "a.png", level=9)
    write(tmp_path / "fur" / "masks" / "a.png", level=255, mode="L")
    (case,) = cases(tmp_path)
    assert 9 == case.colour()[0, 0, 0]
    write(tmp_path / "fur" / "foregrounds" / "a.png", level=200)
    (case,) = cases(tmp_path)
    assert 200 == case.colour()[0, 0, 0]


def test_the_picture_under_its_true_mask_is_perfect(tmp_path: Path) -> None:
    """The judge reads truth and cut-out alike."""
    write(tmp_path / "fur" / "images" / "a.png", level=9)
    write(tmp_path / "fur" / "masks" / "a.png", level=255, mode="L")
    (case,) = cases(tmp_path)
    assert PERFECT == judge(np.dstack((case.colour(), case.truth())), case)


def test_a_cutout_of_another_size_is_refused(tmp_path: Path) -> None:
    """It cannot be held against the truth."""
    write(tmp_path / "fur" / "images" / "a.png")
    write(tmp_path / "fur" / "masks" / "a.png", mode="L")
    (case,) = cases(tmp_path)
    with pytest.raises(ValueError, match="expected a cut-out"):
        judge(np.zeros((8, 11, 4), np.uint8), case)


def test_small_slices_are_listed_and_judged_together() -> None:
    """Two of under eight pictures, one of eight, and all of them."""
    found = rows([*[judged("a", 3)] * 2, *[judged("b", 1)] * 8, *[judged("c", 5)] * 2])
    assert [("a", 2, 3), ("b", 8, 1), ("c", 2, 5), (TOGETHER, 4, 4), (TOTAL, 12, 2)] == [
        (row.slice, row.n, row.scores.composite) for row in found
    ]


def test_every_system_has_rows_of_its_own() -> None:
    """In the order in which they ran."""
    found = rows([*[judged("a", 1)] * 8, *[judged("a", 2, "rembg")] * 8])
    assert [("clearcut", "a"), ("clearcut", TOTAL), ("rembg", "a"), ("rembg", TOTAL)] == [
        (row.system, row.slice) for row in found
    ]


def test_a_row_in_the_file_is_flat() -> None:
    """Names and figures side by side."""
    flat = Row("a", "clearcut", "medium", 3, PERFECT).flat()
    assert ["slice", "system", "quality", "n", "mae", "iou"] == list(flat)[:6]
    assert ("a", 3, 1) == (flat["slice"], flat["n"], flat["iou"])


def test_the_table_says_how_far_below_a_peers_our_error_is() -> None:
    """A quarter of it is 75 per cent less; an error of nothing has no share."""
    found = rows([*[judged("a", 1)] * 8, *[judged("a", 4, "rembg")] * 8])
    line = next(line for line in report(found).splitlines() if "against rembg" in line)
    assert ["a", "medium against rembg medium", "-", "-75.0 %"] == [
        cell.strip() for cell in line.strip("|").split("|")
    ]
