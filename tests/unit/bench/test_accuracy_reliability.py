"""Whether a system knows when it is wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.accuracy.dataset import Case
from bench.accuracy.reliability import Flags, curve, flags, reliability
from bench.accuracy.rows import Doubt, Judged, Scores

SCORES = Scores(mae=0, iou=1, boundary_f=1, sad=0, grad=0, edge10=0, composite=0)
CASE = Case("a", "a", Path("a.jpg"), Path("a.png"), None)


def judged(confidence: float, iou: float = 1.0, composite: float = 0.0, review: str | None = None) -> Judged:
    """One cut-out, and what its system said of it."""
    scores = replace(SCORES, iou=iou, composite=composite)
    return Judged(CASE, "clearcut", "medium", scores, Doubt(confidence, review))


def test_each_range_of_confidence_tells_how_many_were_good() -> None:
    """By an IoU of 0.9; a confidence of one belongs to the last range, and empty ranges are left out."""
    found = curve([judged(0.1, 0.2), judged(0.15, 0.95), judged(0.9, 0.9), judged(1.0, 0.89), judged(1.0)])
    assert [(0.0, 2), (0.8, 3)] == [(one.least, one.n) for one in found]
    assert [0.5, pytest.approx(2 / 3)] == [one.good for one in found]
    assert [pytest.approx(0.125), pytest.approx(29 / 30)] == [one.confidence for one in found]


def test_the_worst_tenth_is_that_with_the_largest_error() -> None:
    """Rounded up, so that there is always one."""
    good = [judged(0.9, composite=1) for _ in range(15)]
    bad = [judged(0.2, composite=9, review="unsure"), judged(0.9, composite=8)]
    assert Flags(n=17, flagged=1, worst=2, worst_flagged=1) == flags([*good, *bad])


def test_who_says_nothing_is_not_counted() -> None:
    """Peers tell no confidence."""
    silent = Judged(CASE, "rembg", "default", SCORES)
    assert [] == curve([silent])
    assert 0 == flags([silent]).n


def test_the_text_says_what_the_flags_catch() -> None:
    """In one line under the curve."""
    text = reliability("medium", [judged(0.2, 0.1, 9, "unsure"), judged(0.9)])
    assert "1 of 2 are flagged for review, 1 of the 1 worst among them." == text.splitlines()[-1]
    assert "| 0.2 to 0.4 | 1 | 0.20 | 0.00 |" in text
