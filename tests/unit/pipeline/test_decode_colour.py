"""Colours in sRGB whatever profile, depth or mode they were stored in."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms

from handler.domain.image import Bytes
from handler.domain.limits import Limits
from handler.pipeline.decode import decode
from tests import profiles
from tests.colours import SRGB_COLUMNS, delta_e
from tests.images import (
    PNG_RGB,
    chunk,
    deep_gradient,
    deep_png,
    encoded,
    gradient,
    photo,
    saved,
    with_alpha,
)
from tests.rare_images import psd_file, resource

LIMITS = Limits()
VISIBLE_DELTA_E = 3.0


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
    colour = (180, 120, 100)
    columns = np.array([[0.51512, 0.2412, -0.00105], [0.29198, 0.69225, 0.04189], [0.1571, 0.06657, 0.78407]])
    light = (np.array(colour) / 255) ** 2.2 @ columns @ np.linalg.inv(SRGB_COLUMNS)
    expected = 255 * (1.055 * light ** (1 / 2.4) - 0.055)
    data = encoded(np.full((4, 4, 3), colour, np.uint8), icc_profile=profiles.display_p3())

    assert np.abs(expected - decode(data, LIMITS).rgb[0, 0]).max() < 2


@pytest.mark.parametrize("source_format", ["jpeg", "tiff"])
def test_cmyk_with_a_profile_is_converted_by_it(source_format: str) -> None:
    """The naive conversion would be off by far."""
    profile = profiles.cmyk()
    image = Image.fromarray(photo(64, 64)).convert("CMYK")
    stored = Image.open(BytesIO(saved(image, source_format)))
    picture = decode(saved(image, source_format, icc_profile=profile), LIMITS)

    assert delta_e(by_littlecms(stored, profile), picture.rgb) < VISIBLE_DELTA_E
    assert delta_e(np.asarray(image.convert("RGB")), picture.rgb) > 10


def test_cmyk_of_a_photoshop_file_is_converted_by_its_profile() -> None:
    """Its inks are stored the other way round."""
    image, profile = Image.fromarray(photo(64, 64)).convert("CMYK"), profiles.cmyk()
    planes = 255 - np.asarray(image).transpose(2, 0, 1)
    picture = decode(psd_file(planes, 4, (b"", resource(1039, profile), b"")), LIMITS)

    assert delta_e(by_littlecms(image, profile), picture.rgb) < VISIBLE_DELTA_E


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


def test_a_compressed_profile_that_is_broken_is_ignored() -> None:
    """A PNG deflates it."""
    broken = chunk(b"iCCP", b"name\0\0" + b"no stream")

    assert np.array_equal(gradient(), decode(deep_png(deep_gradient(), PNG_RGB, broken), LIMITS).rgb)


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


def test_a_profile_is_applied_under_transparency_too() -> None:
    """Colour is converted and alpha left as it is."""
    rgba = with_alpha(photo(64, 64))
    profile = profiles.adobe_rgb()
    picture = decode(encoded(rgba, icc_profile=profile), LIMITS)

    assert delta_e(by_littlecms(Image.fromarray(photo(64, 64)), profile), picture.rgb) < VISIBLE_DELTA_E
    assert picture.alpha is not None
    assert np.array_equal(rgba[..., 3], picture.alpha)
