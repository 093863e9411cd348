"""Colours in sRGB whatever profile, depth or mode they were stored in."""

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from handler.domain.image import Bytes
from handler.domain.limits import Limits
from handler.pipeline.decode import decode
from tests import profiles
from tests.images import (
    PNG_GREY,
    PNG_GREY_ALPHA,
    PNG_RGB,
    PNG_RGBA,
    chunk,
    deep_gradient,
    deep_png,
    encoded,
    gradient,
    photo,
    saved,
    with_alpha,
)

LIMITS = Limits()
VISIBLE_DELTA_E = 3.0
# From linear sRGB under the connection space's white to its XYZ.
SRGB_COLUMNS = np.array(
    [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.7141]]
)


def linear(rgb: Bytes) -> NDArray[np.float64]:
    """Light instead of sRGB's numbers."""
    share = rgb / 255.0
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(rgb: Bytes) -> NDArray[np.float64]:
    """CIE L*a*b* of sRGB, computed without the library under test."""
    ratio = linear(rgb) @ SRGB_COLUMNS / SRGB_COLUMNS.sum(axis=0)
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def delta_e(first: Bytes, second: Bytes) -> float:
    """The largest colour difference."""
    return float(np.linalg.norm(lab(first) - lab(second), axis=-1).max())


def by_littlecms(image: Image.Image, profile: bytes) -> Bytes:
    """What littlecms itself makes of the whole image."""
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    result = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    assert result is not None
    return np.asarray(result)


@pytest.mark.parametrize("profile", [profiles.display_p3(), profiles.adobe_rgb()], ids=["p3", "adobe"])
@pytest.mark.parametrize("source_format", ["png", "jpeg", "tiff", "webp", "avif", "heic"])
def test_wide_colours_become_those_that_littlecms_gives(source_format: str, profile: bytes) -> None:
    """In every format that can carry a profile."""
    data = encoded(photo(80, 80), source_format, icc_profile=profile)
    plain = decode(encoded(photo(80, 80), source_format), LIMITS).rgb
    picture = decode(data, LIMITS)

    assert delta_e(by_littlecms(Image.fromarray(plain), profile), picture.rgb) < VISIBLE_DELTA_E
    assert delta_e(plain, picture.rgb) > VISIBLE_DELTA_E


def test_a_p3_colour_lands_where_the_formula_says() -> None:
    """Checked against the matrices, not against the library."""
    rgb = np.full((4, 4, 3), (180, 120, 100), np.uint8)
    columns = np.array([[0.51512, 0.2412, -0.00105], [0.29198, 0.69225, 0.04189], [0.1571, 0.06657, 0.78407]])
    light = (
        ((180 / 255, 120 / 255, 100 / 255) @ np.diag([1.0] * 3)) ** 2.2
        @ columns
        @ np.linalg.inv(SRGB_COLUMNS)
    )
    expected = 255 * (1.055 * light ** (1 / 2.4) - 0.055)

    assert (
        np.abs(expected - decode(encoded(rgb, icc_profile=profiles.display_p3()), LIMITS).rgb[0, 0]).max() < 2
    )


@pytest.mark.parametrize("source_format", ["jpeg", "tiff"])
def test_cmyk_with_a_profile_is_converted_by_it(source_format: str) -> None:
    """The naive conversion would be off by far."""
    profile = profiles.cmyk()
    image = Image.fromarray(photo(64, 64)).convert("CMYK")
    stored = Image.open(BytesIO(saved(image, source_format)))
    picture = decode(saved(image, source_format, icc_profile=profile), LIMITS)

    assert delta_e(by_littlecms(stored, profile), picture.rgb) < VISIBLE_DELTA_E
    assert delta_e(np.asarray(image.convert("RGB")), picture.rgb) > 10


@pytest.mark.parametrize("source_format", ["jpeg", "tiff"])
def test_cmyk_without_a_profile_is_converted_by_multiplying_its_inks(source_format: str) -> None:
    """White stays white, and no channel comes out inverted."""
    image = Image.fromarray(gradient()).convert("CMYK")
    quality = {"quality": 95, "subsampling": 0} if source_format == "jpeg" else {}
    picture = decode(saved(image, source_format, **quality), LIMITS)

    assert np.abs(gradient().astype(int) - picture.rgb).max() <= 8


def test_a_grey_profile_is_applied_to_a_grey_picture() -> None:
    """Its curve here is linear light, so middle grey becomes lighter."""
    grey = np.full((4, 4), 128, np.uint8)
    picture = decode(encoded(grey, icc_profile=profiles.grey(gamma=1.0)), LIMITS)

    assert [188, 188, 188] == picture.rgb[0, 0].tolist()


@pytest.mark.parametrize(
    "profile",
    [
        b"",
        b"not a profile",
        profiles.display_p3()[:200],
        profiles.display_p3() + bytes(4 << 20),
        profiles.cmyk(),
        profiles.grey(1.0),
        profiles.endless(),
    ],
    ids=["empty", "text", "cut off", "huge", "of another colour space", "of grey", "a program"],
)
@pytest.mark.parametrize("source_format", ["png", "tiff"])
def test_a_profile_of_no_use_is_ignored(source_format: str, profile: bytes) -> None:
    """The numbers are taken as sRGB."""
    picture = decode(encoded(gradient(), source_format, icc_profile=profile), LIMITS)

    assert np.array_equal(gradient(), picture.rgb)


def test_jpeg_profile_pieces_in_disorder_are_ignored() -> None:
    """A piece numbered 2 of 1 makes no profile."""
    data = encoded(gradient(), "jpeg", icc_profile=profiles.display_p3())
    disordered = data.replace(b"ICC_PROFILE\0\1\1", b"ICC_PROFILE\0\2\1")

    assert np.array_equal(decode(encoded(gradient(), "jpeg"), LIMITS).rgb, decode(disordered, LIMITS).rgb)


def test_a_profile_in_several_jpeg_segments_is_put_together() -> None:
    """One segment holds 64 kilobytes."""
    profile = profiles.display_p3() + bytes(100_000)
    data = encoded(gradient(), "jpeg", icc_profile=profile)
    plain = decode(encoded(gradient(), "jpeg"), LIMITS).rgb

    assert delta_e(plain, decode(data, LIMITS).rgb) > VISIBLE_DELTA_E


def test_the_srgb_profile_changes_no_pixel() -> None:
    """A conversion would cost time and rounding for nothing."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = decode(encoded(photo(64, 64), icc_profile=profile), LIMITS)

    assert np.array_equal(photo(64, 64), picture.rgb)


@pytest.mark.parametrize("colour_type", [PNG_RGB, PNG_RGBA, PNG_GREY_ALPHA])
def test_16_bit_colour_keeps_its_whole_range(colour_type: int) -> None:
    """Samples are scaled, not cut off; the decoder takes the upper half of each."""
    channels = {PNG_RGB: 3, PNG_RGBA: 4, PNG_GREY_ALPHA: 2}[colour_type]
    samples = np.dstack([deep_gradient(), deep_gradient()[..., 0]])[..., :channels]
    picture = decode(deep_png(samples, colour_type), LIMITS)
    expected = gradient() if channels > 2 else gradient()[..., :1].repeat(3, axis=2)

    assert np.array_equal(expected, picture.rgb)
    assert (channels in {2, 4}) == (picture.alpha is not None)


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


def test_a_profile_is_applied_under_transparency_too() -> None:
    """Colour is converted and alpha left as it is."""
    rgba = with_alpha(photo(64, 64))
    profile = profiles.adobe_rgb()
    picture = decode(encoded(rgba, icc_profile=profile), LIMITS)

    assert delta_e(by_littlecms(Image.fromarray(photo(64, 64)), profile), picture.rgb) < VISIBLE_DELTA_E
    assert picture.alpha is not None
    assert np.array_equal(rgba[..., 3], picture.alpha)
