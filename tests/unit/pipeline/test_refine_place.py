"""A matte that covers a part of the picture only."""

import tracemalloc

import numpy as np
import pytest

from handler.domain.errors import NoSubjectError
from handler.domain.image import Box, Bytes, Matte, Picture
from handler.pipeline.refine import refine


def disc(side: int, radius: float) -> Bytes:
    """A disc in the middle, its rim a pixel wide, as alpha of 0..255."""
    across = np.arange(side, dtype=np.float32) + np.float32(0.5) - side / 2
    alpha = np.clip(radius - np.hypot(across[:, None], across[None]) + 0.5, 0, 1)
    shown: Bytes = np.rint(alpha * 255).astype(np.uint8)
    return shown


def grey(alpha: Bytes, full_side: int) -> Picture:
    """A bright subject over black, decoded from a source of that side."""
    return Picture(np.repeat(alpha[..., None], 3, axis=2), None, full_side, full_side, "png")


def matte_of(alpha: Bytes, box: Box) -> Matte:
    """That alpha over that part of the source."""
    return Matte(alpha, box, "fake@0", confidence=1, ambiguous_ratio=0)


@pytest.mark.parametrize("reduction", [1, 4])
def test_what_the_box_does_not_cover_is_background(reduction: int) -> None:
    """The box counts in the source's pixels, however much of those was decoded."""
    box = Box(103 * reduction, 40 * reduction, 120 * reduction, 200 * reduction)
    matte = matte_of(np.full((64, 64), 255, np.uint8), box)
    cutout = refine(grey(disc(300, 90), 300 * reduction), matte)
    assert Box(103, 40, 120, 200) == cutout.subject
    assert 120 * 200 == int((cutout.alpha > 0).sum())
    assert 255 == int(cutout.alpha[40:240, 103:223].min())


def test_a_part_lies_where_it_was_seen() -> None:
    """A disc seen closer is the same disc."""
    true = disc(800, 100)
    cutout = refine(grey(true, 800), matte_of(true[280:520, 280:520], Box(280, 280, 240, 240)))
    assert np.abs(cutout.alpha.astype(int) - true).max() <= 40


def test_of_cells_larger_than_the_picture_no_more_is_worked_out_than_it_needs() -> None:
    """Of a single row of pixels a tile of the edge reaches over hundreds."""
    shown = np.zeros((32, 32), np.uint8)
    shown[:, :16] = 255
    picture = Picture(np.zeros((1, 6000, 3), np.uint8), None, 6000, 1, "png")
    tracemalloc.start()
    refine(picture, matte_of(shown, Box(0, 0, 6000, 1)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_an_empty_matte_has_no_subject() -> None:
    """Noise below what a model leaves of nothing is nothing."""
    with pytest.raises(NoSubjectError):
        refine(grey(disc(300, 90), 300), matte_of(np.full((64, 64), 9, np.uint8), Box(0, 0, 300, 300)))
