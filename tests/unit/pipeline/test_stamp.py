"""Ink off paper: seals and signatures whose alpha and ink are known."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from handler.domain.errors import NoSubjectError
from handler.domain.image import Bytes, Picture
from handler.pipeline.stamp import lift
from tests.colours import delta_e
from tests.seals import Seal, make_seal


def pictured(rgb: Bytes, alpha: Bytes | None = None) -> Picture:
    """A decoded photo."""
    return Picture(rgb, alpha, rgb.shape[1], rgb.shape[0], "png")


def test_a_hundred_seals_come_off_clean() -> None:
    """Alpha within 0.05 on average and the ink's colour within delta-E 8, for every one of them."""
    for seed in range(100):
        seal = make_seal(seed)
        cutout = lift(pictured(seal.photo))

        assert np.abs(cutout.alpha / 255 - seal.alpha).mean() <= 0.05, seed
        colour = cutout.rgb[cutout.alpha > 0][0]
        assert delta_e(colour, np.array(seal.ink, np.uint8)) <= 8, seed


@pytest.fixture(scope="module")
def seal() -> Seal:
    """A red round one."""
    return make_seal(0)


def test_all_of_the_ink_has_one_colour(seal: Seal) -> None:
    """And where there is none, there is nothing, not even hidden colour."""
    cutout = lift(pictured(seal.photo))

    assert 1 == len(np.unique(cutout.rgb[cutout.alpha > 0], axis=0))
    assert not cutout.rgb[cutout.alpha == 0].any()


def test_the_paper_is_wholly_transparent(seal: Seal) -> None:
    """With its fibres, its shade and the picture's noise."""
    cutout = lift(pictured(seal.photo))
    bare = seal.alpha == 0

    assert (cutout.alpha[bare] > 8).mean() < 0.001


def test_the_bounds_are_those_of_the_ink(seal: Seal) -> None:
    """Within two pixels."""
    box = lift(pictured(seal.photo)).subject
    rows, columns = (np.flatnonzero((seal.alpha > 0.1).any(axis=axis)) for axis in (1, 0))
    expected = (columns[0], rows[0], np.ptp(columns) + 1, np.ptp(rows) + 1)

    assert np.abs(np.subtract(expected, (box.left, box.top, box.width, box.height))).max() <= 2


def test_black_print_stays_on_the_paper(seal: Seal) -> None:
    """Beside a coloured seal it is not part of it."""
    image = Image.fromarray(seal.photo)
    ImageDraw.Draw(image).rectangle((10, 10, 60, 30), fill=(20, 20, 20))
    cutout = lift(pictured(np.asarray(image)))

    assert cutout.alpha[12:28, 12:58].mean() < 64
    assert np.abs(cutout.alpha / 255 - seal.alpha)[40:].mean() <= 0.05


def test_a_hole_in_the_source_stays_one(seal: Seal) -> None:
    """A source may be transparent itself."""
    middle = seal.photo.shape[1] // 2
    alpha = np.full(seal.photo.shape[:2], 255, np.uint8)
    alpha[:, :middle] = 0

    assert not lift(pictured(seal.photo, alpha)).alpha[:, :middle].any()


@pytest.mark.parametrize("shade", [255, 128, 0])
def test_a_blank_sheet_has_no_seal(shade: int) -> None:
    """Of whatever brightness."""
    with pytest.raises(NoSubjectError):
        lift(pictured(np.full((60, 80, 3), shade, np.uint8)))


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (3, 2)])
def test_a_sheet_too_small_for_anything_has_none(size: tuple[int, int]) -> None:
    """And no arithmetic breaks on it."""
    with pytest.raises(NoSubjectError):
        lift(pictured(np.full((*size, 3), 200, np.uint8)))
