"""The accuracy bench's measures, on mattes whose answers are known."""

import numpy as np
import pytest

from bench.accuracy.backdrops import backdrops, composite_error, photo_like
from bench.accuracy.metrics import Bytes, boundary_f, gradient_error, grown, matte_measures, outline


def square(left: int, top: int, side: int, alpha: int = 255) -> Bytes:
    """A square in a picture of 100 x 80."""
    matte = np.zeros((80, 100), np.uint8)
    matte[top : top + side, left : left + side] = alpha
    return matte


def test_the_truth_itself_has_no_error() -> None:
    """Every measure is at its best."""
    truth = square(20, 20, 30)
    best = {"mae": 0, "iou": 1, "boundary_f": 1, "sad": 0, "grad": 0, "edge10": 0}
    assert best == matte_measures(truth, truth)


def test_mae_and_sad_count_alpha_in_wholes() -> None:
    """A missing square of 900 pixels in 8000."""
    measures = matte_measures(square(0, 0, 0), square(20, 20, 30))
    assert 900 / 8000 == pytest.approx(measures["mae"])
    assert 0.9 == pytest.approx(measures["sad"])


def test_iou_is_overlap_over_union() -> None:
    """Two squares of 900 that share 600."""
    assert 600 / 1200 == matte_measures(square(20, 20, 30), square(30, 20, 30))["iou"]


def test_iou_counts_from_half_opaque() -> None:
    """127 is background and 128 is subject."""
    truth = square(20, 20, 30)
    assert 0 == matte_measures(square(20, 20, 30, alpha=127), truth)["iou"]
    assert 1 == matte_measures(square(20, 20, 30, alpha=128), truth)["iou"]


def test_two_empty_mattes_agree() -> None:
    """No outline was missed and none was made up."""
    empty = square(0, 0, 0)
    measures = matte_measures(empty, empty)
    assert (1, 1, 0) == (measures["iou"], measures["boundary_f"], measures["edge10"])


def test_an_outline_two_pixels_off_is_still_found() -> None:
    """And one that is five pixels off is not, but for where the squares' sides run on each other."""
    truth = square(20, 20, 30)
    assert 1 == boundary_f(square(22, 20, 30), truth)
    assert 0 == boundary_f(square(26, 26, 18), truth)


def test_an_outline_made_up_where_there_is_none_scores_nothing() -> None:
    """Nor does one that was missed altogether."""
    assert 0 == boundary_f(square(20, 20, 30), square(0, 0, 0))
    assert 0 == boundary_f(square(0, 0, 0), square(20, 20, 30))


def test_the_pictures_border_is_no_outline() -> None:
    """A subject that is cut off there has no edge there."""
    assert not outline(np.full((10, 10), 255, np.uint8)).any()
    assert 10 == outline(square(0, 0, 10))[:10, 9].sum()


def test_a_mask_grows_to_a_disc() -> None:
    """Every pixel within the radius, none beyond."""
    dot = np.zeros((31, 31), np.bool_)
    dot[15, 15] = True
    down, across = np.mgrid[-15:16, -15:16]
    np.testing.assert_array_equal(down**2 + across**2 <= 100, grown(dot, 10))


def test_a_mask_does_not_grow_around_the_border() -> None:
    """What leaves on the left does not come in on the right."""
    dot = np.zeros((9, 30), np.bool_)
    dot[4, 0] = True
    assert not grown(dot, 5)[:, 6:].any()


def test_edge10_looks_only_near_the_true_outline() -> None:
    """A speck far away is not counted there, one beside the edge is."""
    truth = square(40, 30, 20)
    far, near = truth.copy(), truth.copy()
    far[0:4, 0:4] = 255
    near[30:34, 34:38] = 255
    assert 0 == matte_measures(far, truth)["edge10"]
    band = int(grown(outline(truth), 10).sum())
    assert 16 / band == pytest.approx(matte_measures(near, truth)["edge10"])


def test_grad_is_the_squared_difference_of_smoothed_slopes() -> None:
    """An upright edge of 80 rows against nothing: the square of a Gaussian's slope, summed over each row."""
    step = np.zeros((80, 100), np.uint8)
    step[:, 50:] = 255
    sigma = 1.4
    per_row = 1 / (2 * sigma * np.sqrt(np.pi))
    assert 80 * per_row / 1000 == pytest.approx(gradient_error(step, np.zeros_like(step)), rel=0.1)


def test_a_perfect_cutout_composes_without_error() -> None:
    """Whatever lies in the hidden pixels."""
    truth = square(20, 20, 30, alpha=200)
    colour = np.full((80, 100, 3), 70, np.uint8)
    cutout = np.dstack((np.where(truth[..., None] > 0, colour, 13), truth)).astype(np.uint8)
    assert 0 == composite_error(cutout, colour, truth)


def test_a_wrong_colour_counts_by_its_share() -> None:
    """Ten levels off over an eighth of the picture, half transparent, over every backdrop alike."""
    truth = np.zeros((80, 100), np.uint8)
    truth[:10] = 128
    colour = np.full((80, 100, 3), 100, np.uint8)
    cutout = np.dstack((colour + 10, truth)).astype(np.uint8)
    assert 10 / 8 * 128 / 255 == pytest.approx(composite_error(cutout, colour, truth), rel=1e-4)


def test_a_missing_subject_shows_over_the_backdrops_that_differ_from_it() -> None:
    """A white one over black by 255, over white not at all."""
    truth = np.full((8, 8), 255, np.uint8)
    white = np.full((8, 8, 3), 255, np.uint8)
    nothing = np.zeros((8, 8, 4), np.uint8)
    per_backdrop = [float((255 - np.broadcast_to(back, (8, 8, 3))).mean()) for back in backdrops(8, 8)]
    assert [0, 255] == per_backdrop[:2]
    assert np.mean(per_backdrop) == pytest.approx(composite_error(nothing, white, truth))


def test_the_photo_like_backdrop_is_busy_and_always_the_same() -> None:
    """Coarse and fine differences, without the help of a file."""
    first = photo_like(300, 200)
    np.testing.assert_array_equal(first, photo_like(300, 200))
    assert (200, 300, 3) == first.shape
    assert first.std() > 20
    assert np.abs(np.diff(first.astype(int), axis=1)).mean() > 1
