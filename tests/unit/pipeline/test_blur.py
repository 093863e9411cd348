"""The blur beside one that is computed by the book."""

import numpy as np
import pytest

from handler.domain.image import Bytes
from handler.pipeline.compose.blur import blurred
from handler.pipeline.compose.rows import STRIP_ROWS, joined
from tests.gaussian import by_the_book
from tests.images import gradient

SIZE = WIDTH, HEIGHT = 210, 3 * STRIP_ROWS + 9
SIGMAS = [1.0, 2.0, 3.3, 5.0, 8.0, 12.0, 25.5, 50.0]


def soft(pixels: Bytes, sigma: float) -> Bytes:
    """All of a blurred array."""
    height, width = pixels.shape[:2]
    return joined(blurred(lambda top, bottom: pixels[top:bottom], (width, height), sigma), height)


@pytest.fixture
def blocks() -> Bytes:
    """A large bright block, a small one and a thin line on black."""
    pixels = np.zeros((HEIGHT, WIDTH), np.uint8)
    pixels[40:120, 30:110], pixels[150:158, 120:128], pixels[:, 180:183] = 255, 200, 255
    return pixels


@pytest.mark.parametrize("sigma", SIGMAS)
def test_a_blur_is_nearly_a_gaussian(blocks: Bytes, sigma: float) -> None:
    """Within a fiftieth of the range at every pixel, whether done in place or at a smaller size."""
    difference = np.abs(soft(blocks, sigma) - by_the_book(blocks, sigma))
    assert difference.max() <= 5
    assert difference.mean() <= 1


@pytest.mark.parametrize("sigma", SIGMAS)
def test_colour_is_blurred_like_grey_and_goes_on_beyond_the_sides(sigma: float) -> None:
    """A gradient is flat to a small blur, and bends at its sides as the book says."""
    pixels = gradient(WIDTH, HEIGHT)
    assert np.abs(soft(pixels, sigma) - by_the_book(pixels, sigma)).max() <= 3


@pytest.mark.parametrize("sigma", [2.0, 30.0])
def test_hidden_colour_does_not_bleed_out(sigma: float) -> None:
    """What is clear weighs nothing."""
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    pixels[:, :100], pixels[:, 100:] = (255, 0, 0, 255), (0, 255, 0, 0)
    found = soft(pixels, sigma)
    seen = found[found[..., 3] > 25]
    assert seen[:, 0].min() >= 245
    assert seen[:, 1].max() <= 10
    assert (found[:, 100, 3] < 200).all()


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("size", [(1, 1), (1, 200), (200, 1), (7, 5)])
def test_a_picture_smaller_than_the_blur_is_blurred_too(size: tuple[int, int], sigma: float) -> None:
    """One colour stays that colour."""
    pixels = np.full((size[1], size[0], 3), (10, 100, 200), np.uint8)
    np.testing.assert_allclose(soft(pixels, sigma), pixels, atol=1)
