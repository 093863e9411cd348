"""What is said of a matte that may be wrong."""

import numpy as np
import pytest

from handler.domain.image import Bytes, Floats, Review
from handler.pipeline.matte.doubt import clarity
from handler.pipeline.matte.review import (
    LEAST_CONFIDENCE,
    ONE_LOOK,
    SEVERAL_LOOKS,
    Curve,
    confidence_of,
    reasons,
)

SIDE = 256


def square(rows: slice, columns: slice, alpha: float = 1.0) -> Floats:
    """A sure or less sure subject."""
    matte = np.zeros((SIDE, SIDE), np.float32)
    matte[rows, columns] = alpha
    return matte


def photo(matte: Floats, brightness: int) -> Bytes:
    """A subject that much brighter than its ground."""
    grey = 100 + (matte > 0) * brightness
    return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)


MIDDLE = square(np.s_[80:180], np.s_[80:180])


def test_a_likely_good_matte_is_not_to_be_looked_at() -> None:
    """Whatever else could be said of it."""
    assert () == reasons(MIDDLE, photo(MIDDLE, 1), LEAST_CONFIDENCE)


@pytest.mark.parametrize(
    ("matte", "brightness", "expected"),
    [
        (MIDDLE, 100, Review.UNSURE),
        (MIDDLE, 10, Review.LOW_CONTRAST),
        (square(np.s_[80:256], np.s_[20:240]), 100, Review.TOUCHES_BORDER),
        (np.maximum(MIDDLE, square(np.s_[200:250], np.s_[20:240])), 100, Review.SEVERAL_SUBJECTS),
    ],
)
def test_a_doubtful_matte_comes_with_its_reason(matte: Floats, brightness: int, expected: Review) -> None:
    """One that a person can check at a glance."""
    assert (expected,) == reasons(matte, photo(matte, brightness), 0.3)


def test_every_reason_that_holds_is_given_the_weightiest_first() -> None:
    """No subject comes before all others."""
    matte = np.maximum(square(np.s_[0:80], np.s_[0:256]), square(np.s_[150:250], np.s_[0:100]))
    expected = (Review.NO_SUBJECT, Review.LOW_CONTRAST, Review.SEVERAL_SUBJECTS, Review.TOUCHES_BORDER)
    assert expected == reasons(matte, photo(matte, 5), 0.01)


def test_haze_makes_a_matte_doubtful_and_a_soft_rim_does_not() -> None:
    """Hair is no doubt."""
    hazy = np.maximum(MIDDLE, square(np.s_[190:250], np.s_[80:180], alpha=0.5))
    soft = MIDDLE.copy()
    soft[:, 78:82] = soft[:, 78:82].max(axis=1, keepdims=True) * np.array([0.2, 0.4, 0.6, 0.8], np.float32)
    assert confidence_of(clarity(hazy)) < 0.5
    assert confidence_of(clarity(soft)) > 0.9


@pytest.mark.parametrize("curve", [ONE_LOOK, SEVERAL_LOOKS])
def test_confidence_rises_with_clarity(curve: Curve) -> None:
    """From nothing to nearly all."""
    steps = [confidence_of(clear, curve) for clear in np.linspace(0, 1, 101)]
    assert steps == sorted(steps)
    assert 0 == steps[0]
    assert 0.9 < steps[-1] < 1
