"""JPEG decoded at a smaller size for less, and never smaller than wanted."""

import numpy as np
import pytest

from handler.domain.image import size_of
from handler.domain.limits import Limits
from handler.pipeline.decode import decode
from tests.images import encoded, gradient, photo, turned

LIMITS = Limits()


@pytest.mark.parametrize("at_least", [1, 40, 41, 74, 75, 149, 150, 151, 300, 5000])
def test_a_reduced_jpeg_is_never_smaller_than_asked_for(at_least: int) -> None:
    """It is an eighth, a quarter or half where that suffices, and knows its full size."""
    picture = decode(turned("jpeg", 6, width=200, height=299), LIMITS, at_least)
    longest = max(size_of(picture.rgb))

    assert (200, 299) == (picture.full_width, picture.full_height)
    assert longest >= min(at_least, 299)
    assert {"1": 38, "40": 75, "41": 75, "74": 75, "75": 75, "149": 150, "150": 150}.get(
        str(at_least), 299
    ) == longest


def test_a_reduced_picture_looks_like_the_full_one() -> None:
    """The reduced decoding is an average, not a choice of pixels."""
    data = encoded(photo(256, 256), "jpeg", quality=95)
    full, reduced = decode(data, LIMITS).rgb, decode(data, LIMITS, at_least=64).rgb
    averaged = full.reshape(64, 4, 64, 4, 3).mean(axis=(1, 3))

    assert np.abs(averaged - reduced).mean() < 4


@pytest.mark.parametrize("source_format", ["png", "webp", "gif", "bmp"])
def test_other_formats_are_decoded_in_full_whatever_is_asked_for(source_format: str) -> None:
    """Only JPEG can be decoded at a smaller size for less."""
    picture = decode(encoded(gradient(), source_format), LIMITS, at_least=8)

    assert (48, 32) == size_of(picture.rgb)
