"""Scores, fits and places."""

from pathlib import Path

import numpy as np
import pytest

from layers.onnx_models.training.places import DEFAULT_WORK, Places
from layers.onnx_models.training.predictors import fitted, model_input, own_form
from layers.onnx_models.training.scores import Score, mean_score, score


def test_half_an_overlap_scores_by_areas() -> None:
    """One of three cells shared is a third, and two of four cells wrong is a half."""
    alpha, truth = np.array([[1, 1, 0, 0]], np.float32), np.array([[0, 1, 1, 0]], np.float32)
    assert Score(1 / 3, 0.5) == score(alpha, truth)


def test_two_empty_mattes_agree() -> None:
    """Nothing found where nothing is, is right."""
    empty = np.zeros((4, 4), np.float32)
    assert Score(1.0, 0.0) == score(empty, empty)


def test_the_mean_weighs_pictures_alike() -> None:
    """Each figure is averaged over pictures."""
    assert Score(0.5, 0.25) == mean_score([Score(1.0, 0.0), Score(0.0, 0.5)])


@pytest.mark.parametrize(
    ("rows", "columns", "expected"), [(400, 600, (224, 320, 3)), (4, 4000, (32, 320, 3))]
)
def test_a_picture_keeps_its_shape_with_sides_that_can_be_halved_five_times(
    rows: int, columns: int, expected: tuple[int, int, int]
) -> None:
    """To the next multiple of 32, and no side becomes nothing."""
    assert expected == fitted(np.zeros((rows, columns, 3), np.uint8), own_form(320)).shape


def test_the_model_sees_planes_about_zero() -> None:
    """Black is minus a half, white is plus a half, and channels come first."""
    rgb = np.zeros((2, 3, 3), np.uint8)
    rgb[..., 0] = 255
    planes = model_input(rgb)
    assert (1, 3, 2, 3) == planes.shape
    assert [0.5, -0.5, -0.5] == planes[0, :, 0, 0].tolist()


def test_everything_large_lies_in_the_work_folder() -> None:
    """Packed data and checkpoints stay outside the repository."""
    places = Places(Path("data"), Path("work"), None)
    files = (places.photos, places.foregrounds, places.checkpoint, places.history, places.float_model)
    assert {Path("work")} == {path.parent for path in files}
    assert DEFAULT_WORK.is_relative_to("~")
