"""Pictures made smaller before the costly steps."""

import numpy as np
import pytest

from handler.domain.image import Bytes, Picture, size_of
from handler.pipeline.shrink import shrink
from tests.images import noise, photo


def picture_of(rgb: Bytes, alpha: Bytes | None = None) -> Picture:
    """A picture with nothing else to say."""
    return Picture(rgb, alpha, rgb.shape[1], rgb.shape[0], "png")


@pytest.mark.parametrize(
    ("at_least", "size"), [(1000, (999, 700)), (500, (999, 700)), (499, (500, 350)), (300, (333, 234))]
)
def test_a_picture_is_never_made_smaller_than_asked_for(at_least: int, size: tuple[int, int]) -> None:
    """By whole factors only, and it still knows its full size."""
    small = shrink(picture_of(photo(999, 700)), at_least)

    assert size == size_of(small.rgb)
    assert (999, 700) == (small.full_width, small.full_height)


def test_shrinking_by_strips_averages_squares() -> None:
    """More rows than one strip holds, and no seam between the strips."""
    rgb = noise(120, 600, 3)
    averaged = rgb.reshape(200, 3, 40, 3, 3).mean(axis=(1, 3))

    assert np.abs(shrink(picture_of(rgb), 200).rgb - averaged).max() <= 1


def test_transparent_pixels_lend_no_colour() -> None:
    """Green that nobody could see does not come to light."""
    rgb = np.zeros((64, 64, 3), np.uint8)
    rgb[:, ::2], rgb[:, 1::2] = (200, 10, 20), (0, 255, 0)
    alpha = np.zeros((64, 64), np.uint8)
    alpha[:, ::2] = 255

    small = shrink(picture_of(rgb, alpha), 32)

    assert small.alpha is not None
    assert np.abs(small.alpha.astype(int) - 128).max() <= 1
    assert np.abs(small.rgb.astype(int) - (200, 10, 20)).max() <= 2
