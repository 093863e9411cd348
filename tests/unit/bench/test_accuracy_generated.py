"""The composites that the bench makes itself."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.accuracy.dataset import OWN, cases
from bench.accuracy.generated import MAKERS, write_composites
from bench.accuracy.peer import kept_at


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of each kind, made once."""
    return write_composites(tmp_path_factory.mktemp("composites"), 1)


def test_they_have_the_form_of_a_data_set(folder: Path) -> None:
    """Every slice with as many pictures, each with its mask and its colour."""
    found = cases(folder)
    assert {f"{OWN}{name}" for name in MAKERS} == {case.slice for case in found}
    assert len(MAKERS) == len(found)
    assert all(case.foreground is not None for case in found)


def test_they_are_the_same_every_time(folder: Path, tmp_path: Path) -> None:
    """So that figures of two runs can be compared, and a peer's results kept."""
    for case, again in zip(cases(folder), cases(write_composites(tmp_path, 1)), strict=True):
        assert case.image.read_bytes() == again.image.read_bytes()


def test_where_the_truth_is_opaque_the_picture_shows_the_subject(folder: Path) -> None:
    """The picture was laid from exactly this alpha and colour."""
    for case in cases(folder):
        opaque = case.truth() == 255
        picture = np.asarray(Image.open(case.image).convert("RGB"))
        np.testing.assert_array_equal(case.colour()[opaque], picture[opaque])


def test_glass_lets_the_ground_through_and_a_shadow_is_not_the_subjects(folder: Path) -> None:
    """Glass is nowhere opaque; around a thing with a shadow there is nothing half transparent but its rim."""
    shares = {
        case.slice: float(((case.truth() > 20) & (case.truth() < 235)).mean()) for case in cases(folder)
    }
    assert shares[f"{OWN}glass"] > 0.1
    assert shares[f"{OWN}cast_shadow"] < 0.01


def test_a_peers_result_is_kept_for_these_bytes_and_this_setting(tmp_path: Path) -> None:
    """Another picture under the same name has another result."""
    picture = tmp_path / "a.png"
    picture.write_bytes(b"one")
    first = kept_at(picture, "default")
    assert first != kept_at(picture, "matting")
    picture.write_bytes(b"two")
    assert first != kept_at(picture, "default")
    picture.write_bytes(b"one")
    assert first == kept_at(picture, "default")
