"""Files of every format, in the quality that was settled, the same on every call."""

import subprocess
import sys
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

import numpy as np
import pytest
from PIL import Image, ImageCms

from handler.domain.errors import InvalidParameterError
from handler.domain.image import Box, Bytes, Canvas
from handler.domain.limits import Limits
from handler.domain.request import Compression, Format, Variant
from handler.pipeline.decode import decode
from handler.pipeline.encode import encode
from tests.images import gradient, noise, photo, with_alpha

NOWHERE = Box(0, 0, 0, 0)
LIBRARY_NAMES = {Format.PNG: "PNG", Format.JPG: "JPEG", Format.WEBP: "WEBP", Format.AVIF: "AVIF"}


def written(pixels: Bytes, file_format: Format) -> bytes:
    """The file of some pixels."""
    return encode(Canvas(pixels, NOWHERE), Variant(format=file_format)).body


def opened(data: bytes) -> Image.Image:
    """A file as Pillow sees it."""
    return Image.open(BytesIO(data))


@pytest.mark.parametrize(
    ("file_format", "channels"),
    [
        (kind, channels)
        for kind in LIBRARY_NAMES
        for channels in (1, 3, 4)
        if (kind, channels) != (Format.JPG, 4)
    ],
)
def test_each_kind_of_canvas_is_written_in_the_format_asked_for(file_format: Format, channels: int) -> None:
    """Grey, colour and transparent colour; only JPEG has no transparency."""
    pixels = with_alpha(photo(90, 60))[..., :channels]
    image = opened(written(pixels[..., 0] if channels == 1 else pixels, file_format))

    assert LIBRARY_NAMES[file_format] == image.format
    assert (90, 60) == image.size
    assert (channels == 4) == ("A" in image.getbands())
    seen = np.s_[:, :30, 0]
    assert np.abs(np.asarray(image.convert("RGB"))[seen].astype(int) - pixels[seen]).mean() < 5


def test_transparency_in_a_jpeg_is_refused_instead_of_lost() -> None:
    """Whoever composes lays a background first."""
    with pytest.raises(InvalidParameterError, match="transparency for format, got jpg"):
        written(noise(4, 4, 4), Format.JPG)


def test_an_avif_of_too_many_pixels_is_refused_before_its_encoder_begins() -> None:
    """It would take more memory than all the rest of the work together."""
    with pytest.raises(InvalidParameterError, match="limit of 25000000 pixels for format"):
        written(np.zeros((5001, 5000, 3), np.uint8), Format.AVIF)


@pytest.mark.parametrize(("file_format", "limit"), [(Format.JPG, 65_500), (Format.WEBP, 16_383)])
@pytest.mark.parametrize("tall", [True, False])
def test_a_side_beyond_the_format_is_refused_with_the_limit(
    file_format: Format, limit: int, *, tall: bool
) -> None:
    """The largest side that fits is written."""
    fits, too_long = np.zeros((limit, 1, 3), np.uint8), np.zeros((limit + 1, 1, 3), np.uint8)
    if not tall:
        fits, too_long = fits.transpose(1, 0, 2), too_long.transpose(1, 0, 2)

    assert limit == max(opened(written(fits, file_format)).size)
    with pytest.raises(InvalidParameterError, match=f"limit of {limit} pixels a side") as refusal:
        written(too_long, file_format)
    assert "format" == refusal.value.field


@pytest.mark.parametrize("file_format", list(LIBRARY_NAMES))
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (33, 17)])
def test_any_size_is_written(file_format: Format, size: tuple[int, int]) -> None:
    """Blocks of a codec are larger than some pictures."""
    assert size == opened(written(gradient(*size), file_format)).size


@pytest.mark.parametrize("file_format", [Format.WEBP, Format.AVIF])
def test_alpha_is_kept_exactly(file_format: Format) -> None:
    """Only colour is lossy."""
    rgba = with_alpha(photo(200, 150))
    rgba[..., 3] = noise(200, 150, 1)

    assert np.array_equal(rgba[..., 3], np.asarray(opened(written(rgba, file_format)))[..., 3])


@pytest.mark.parametrize("side", [200, 1_500])
def test_lossy_colour_is_close(side: int) -> None:
    """On pictures of web size and above, where the encoders try less."""
    rgb = photo(side, side)
    for file_format in (Format.JPG, Format.WEBP, Format.AVIF):
        loss = opened(written(rgb, file_format)).convert("RGB")

        assert np.abs(np.asarray(loss).astype(int) - rgb).mean() < 3


@pytest.mark.parametrize("file_format", [Format.JPG, Format.AVIF])
def test_a_saturated_edge_is_kept_in_its_place(file_format: Format) -> None:
    """With halved colour, red would leak over green by a pixel or two."""
    rgb = np.zeros((64, 64, 3), np.uint8)
    rgb[:, :31], rgb[:, 31:] = (220, 20, 20), (20, 200, 20)
    found = np.asarray(opened(written(rgb, file_format))).astype(int)

    assert np.abs(found - rgb).max() < 25


@pytest.mark.parametrize("file_format", [Format.JPG, Format.WEBP, Format.AVIF])
def test_the_profile_of_srgb_is_embedded(file_format: Format) -> None:
    """It is small, and it is what the decoder of this service takes for sRGB."""
    data = written(gradient(), file_format)
    profile = opened(data).info["icc_profile"]
    name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(profile)))

    assert "sRGB" in name
    assert len(profile) < 1_000
    assert np.array_equal(np.asarray(opened(data).convert("RGB")), decode(data, Limits()).rgb)


def test_a_grey_jpeg_has_no_profile_of_colour() -> None:
    """One that does not fit is worse than none."""
    assert "icc_profile" not in opened(written(gradient()[..., 0], Format.JPG)).info


def test_a_jpeg_is_baseline() -> None:
    """Every reader knows it."""
    assert "progressive" not in opened(written(photo(64, 64), Format.JPG)).info


@pytest.mark.parametrize("file_format", list(LIBRARY_NAMES))
def test_a_view_is_written_like_its_copy(file_format: Format) -> None:
    """Composing crops without copying."""
    view = photo(90, 70)[10:60, 20:75]

    assert written(view.copy(), file_format) == written(view, file_format)


@pytest.mark.parametrize("file_format", [Format.JPG, Format.WEBP, Format.AVIF])
def test_a_lower_quality_makes_a_smaller_file(file_format: Format) -> None:
    """As far as a caller asks, wherever colour is lossy."""
    sizes = [
        len(encode(Canvas(photo(90, 60), NOWHERE), Variant(format=file_format, lossy_quality=quality)).body)
        for quality in (100, 85, 30, 1)
    ]
    assert sorted(set(sizes), reverse=True) == sizes


@pytest.mark.parametrize("file_format", list(LIBRARY_NAMES))
@pytest.mark.parametrize("compression", list(Compression))
def test_another_profile_takes_the_place_of_srgb(file_format: Format, compression: Compression) -> None:
    """For colours that stay as the source had them."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    variant = Variant(format=file_format, compression=compression)
    picture = opened(encode(Canvas(photo(20, 10), NOWHERE), variant, profile=profile).body)
    assert profile == picture.info["icc_profile"]
    assert "srgb" not in picture.info


def test_a_zip_holds_exactly_the_colour_and_the_matte() -> None:
    """A baseline JPEG and an 8-bit grey PNG of the same size."""
    rgba = with_alpha(photo(90, 60))
    with ZipFile(BytesIO(written(rgba, Format.ZIP))) as archive:
        assert ["color.jpg", "alpha.png"] == archive.namelist()
        assert all(entry.compress_type == ZIP_STORED for entry in archive.infolist())
        colour, alpha = (opened(archive.read(name)) for name in archive.namelist())
    assert ("JPEG", "RGB", (90, 60)) == (colour.format, colour.mode, colour.size)
    assert ("PNG", "L", (90, 60)) == (alpha.format, alpha.mode, alpha.size)
    assert "progressive" not in colour.info
    np.testing.assert_array_equal(rgba[..., 3], np.asarray(alpha))
    assert np.abs(np.asarray(colour).astype(int) - rgba[..., :3]).mean() < 3


@pytest.mark.parametrize("channels", [1, 3])
def test_a_zip_without_alpha_is_wholly_opaque(channels: int) -> None:
    """It has both entries all the same."""
    pixels = photo(9, 6)[..., 0] if channels == 1 else photo(9, 6)
    with ZipFile(BytesIO(written(pixels, Format.ZIP))) as archive:
        assert (255, 255) == opened(archive.read("alpha.png")).getextrema()
        assert "RGB" == opened(archive.read("color.jpg")).mode


def test_auto_is_a_png_where_one_pixel_is_transparent_and_else_a_jpeg() -> None:
    """A matte is a PNG, for it bears no loss."""
    rgba = with_alpha(photo(90, 60))
    opaque = rgba.copy()
    opaque[..., 3] = 255
    files = [
        encode(Canvas(pixels, NOWHERE), Variant(format=Format.AUTO))
        for pixels in (rgba, opaque, rgba[..., :3], rgba[..., 3])
    ]
    assert [Format.PNG, Format.JPG, Format.JPG, Format.PNG] == [file.format for file in files]
    assert ["PNG", "JPEG", "JPEG", "PNG"] == [opened(file.body).format for file in files]


def test_two_processes_write_the_same_bytes() -> None:
    """No clock, no random salt and no leftover memory gets into a file."""
    program = """
import hashlib
from handler.domain.image import Box, Canvas
from handler.domain.request import Format, Variant
from handler.pipeline.encode import encode
from tests.images import photo
canvas = Canvas(photo(700, 500), Box(0, 0, 0, 0))
files = [encode(canvas, Variant(format=file_format)) for file_format in Format]
print([hashlib.sha256(file.body).hexdigest() for file in files])
"""
    command = [sys.executable, "-c", program]
    outputs = {subprocess.run(command, check=True, capture_output=True).stdout for _ in range(2)}

    assert 1 == len(outputs)
