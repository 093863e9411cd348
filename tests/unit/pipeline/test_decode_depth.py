"""Samples of any depth and mode, scaled and not cut off."""

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from handler.domain.limits import Limits
from handler.pipeline.decode import decode
from tests.images import (
    PNG_GREY,
    PNG_GREY_ALPHA,
    PNG_RGB,
    PNG_RGBA,
    chunk,
    deep_gradient,
    deep_png,
    gradient,
    saved,
    with_alpha,
)
from tests.rare_images import deep_tiff

LIMITS = Limits()


@pytest.mark.parametrize("colour_type", [PNG_RGB, PNG_RGBA, PNG_GREY_ALPHA])
def test_16_bit_colour_keeps_its_whole_range(colour_type: int) -> None:
    """Samples are scaled, not cut off; the decoder takes the upper half of each."""
    channels = {PNG_RGB: 3, PNG_RGBA: 4, PNG_GREY_ALPHA: 2}[colour_type]
    samples = np.dstack([deep_gradient(), deep_gradient()[..., 0]])[..., :channels]
    picture = decode(deep_png(samples, colour_type), LIMITS)
    expected = gradient() if channels > 2 else gradient()[..., :1].repeat(3, axis=2)

    assert np.array_equal(expected, picture.rgb)
    assert (channels in {2, 4}) == (picture.alpha is not None)


def test_16_bit_colour_of_a_tiff_keeps_its_whole_range() -> None:
    """As light and as ink."""
    inks = np.dstack([65_535 - deep_gradient(), np.zeros((32, 48), np.uint16)])

    assert np.array_equal(gradient(), decode(deep_tiff(deep_gradient()), LIMITS).rgb)
    assert np.abs(gradient().astype(int) - decode(deep_tiff(inks), LIMITS).rgb).max() <= 1


@pytest.mark.parametrize("source_format", ["png", "tiff"])
def test_16_bit_grey_is_scaled_and_rounded(source_format: str) -> None:
    """65,535 is white and not clipped from 255 on."""
    levels = np.linspace(0, 65_535, 48 * 32).round().astype(np.uint16).reshape(32, 48)
    data = deep_png(levels, PNG_GREY) if source_format == "png" else saved(Image.fromarray(levels), "tiff")
    picture = decode(data, LIMITS)

    assert np.array_equal(np.round(levels / 257).astype(np.uint8), picture.rgb[..., 1])


@pytest.mark.parametrize(
    ("samples", "white"),
    [
        (np.array([[0.0, 0.5, 1.0]], np.float32), 1),
        (np.array([[0.0, 127.5, 255.0]], np.float32), 255),
        (np.array([[0.0, 32767.5, 65535.0]], np.float32), 65_535),
        (np.array([[0, 32768, 65535]], np.int32), 65_535),
        (np.array([[0, 1 << 30, (1 << 31) - 1]], np.int32), (1 << 31) - 1),
    ],
)
def test_grey_without_a_stated_white_gets_the_least_usual_one(
    samples: NDArray[np.generic], white: float
) -> None:
    """Floats and 32-bit integers do not say what white is."""
    picture = decode(saved(Image.fromarray(samples), "tiff"), LIMITS)

    assert [0, 128, 255] == picture.rgb[0, :, 0].tolist()


def test_samples_that_are_no_numbers_become_black() -> None:
    """A float TIFF may hold them."""
    samples = np.array([[np.nan, 1.0, -np.inf]], np.float32)

    assert [0, 255, 0] == decode(saved(Image.fromarray(samples), "tiff"), LIMITS).rgb[0, :, 0].tolist()


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "YCbCr"])
def test_other_modes_become_rgb(mode: str) -> None:
    """As the library itself converts them."""
    image = Image.fromarray(with_alpha(gradient()) if mode == "LA" else gradient()).convert(mode)
    data = saved(image, "tiff" if mode == "YCbCr" else "png")
    picture = decode(data, LIMITS)
    expected = np.asarray(Image.open(BytesIO(data)).convert("RGB"))

    assert np.array_equal(expected, picture.rgb)


def test_lab_is_converted_as_the_colour_space_it_is() -> None:
    """Lightness alone gives grey."""
    image = Image.merge("LAB", [Image.new("L", (4, 4), level) for level in (128, 128, 128)])
    red, green, blue = decode(saved(image, "tiff"), LIMITS).rgb[0, 0].tolist()

    assert 118 <= red <= 121
    assert max(red, green, blue) - min(red, green, blue) <= 1


def test_a_palette_keeps_the_transparency_of_its_colours() -> None:
    """One alpha for each palette entry."""
    image = Image.new("P", (4, 1))
    image.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90, 1, 2, 3])
    image.putdata([0, 1, 2, 3])
    picture = decode(saved(image, "png", transparency=bytes([0, 100, 200, 255])), LIMITS)

    assert picture.alpha is not None
    assert [0, 100, 200, 255] == picture.alpha[0].tolist()
    assert [40, 50, 60] == picture.rgb[0, 1].tolist()


@pytest.mark.parametrize("colour_type", [PNG_GREY, PNG_RGB])
def test_of_a_deep_picture_with_one_clear_colour_that_colour_is_clear(colour_type: int) -> None:
    """The key is compared at a depth at which it can match."""
    samples = deep_gradient()
    samples[3, 5] = 0x1B80, 0x18F0, 0x1901
    if colour_type == PNG_GREY:
        samples = samples[..., 0]
    key = np.atleast_1d(samples[3, 5]).astype(">u2").tobytes()
    picture = decode(deep_png(samples, colour_type, chunk(b"tRNS", key)), LIMITS)

    assert picture.alpha is not None
    assert 0 == picture.alpha[3, 5]
    assert 255 == picture.alpha[20, 30]
