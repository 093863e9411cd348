"""Every format in, one kind of picture out, and every refusal with its own error."""

import struct
import subprocess
import sys

import numpy as np
import pytest

from handler.domain.errors import (
    ImageTooLargeError,
    ResolutionTooHighError,
    UnreadableImageError,
    UnsupportedFormatError,
)
from handler.domain.image import size_of
from handler.domain.limits import Limits
from handler.pipeline.decode import decode
from tests.bombs import circular_tiff, long_gif, pixel_bomb, tiff_file
from tests.images import FORMATS, animated, encoded, gradient, photo, with_alpha

LIMITS = Limits()
EXACT = ("png", "bmp", "tiff")


@pytest.mark.parametrize("source_format", FORMATS)
def test_each_format_is_decoded_and_named(source_format: str) -> None:
    """The pixels are those that were stored, but for what a lossy codec loses."""
    picture = decode(encoded(gradient(), source_format), LIMITS)
    loss = np.abs(gradient().astype(int) - picture.rgb).mean()

    assert source_format == picture.source_format
    assert (48, 32) == size_of(picture.rgb) == (picture.full_width, picture.full_height)
    assert picture.alpha is None
    assert loss == 0 if source_format in EXACT else loss < 8


def test_lossless_webp_is_decoded_exactly() -> None:
    """Its container differs from that of the lossy kind."""
    assert np.array_equal(gradient(), decode(encoded(gradient(), "webp", lossless=True), LIMITS).rgb)


def test_a_tiff_of_64_bits_is_decoded_like_the_plain_one() -> None:
    """In the byte order that it is ever written in."""
    data = encoded(gradient(), "tiff", big_tiff=True)

    assert np.array_equal(gradient(), decode(data, LIMITS).rgb)
    with pytest.raises(UnreadableImageError, match="little-endian"):
        decode(b"MM\0+\0\x08\0\0" + bytes(64), LIMITS)


def test_a_bitmap_of_os2_is_decoded() -> None:
    """Its header has 12 bytes, its sides 16 bits."""
    header = struct.pack("<IHHIIHHHH", 26 + 16, 0, 0, 26, 12, 2, 2, 1, 24)
    rows = b"\1\2\3\4\5\6\0\0\7\x08\x09\x0a\x0b\x0c\0\0"
    picture = decode(b"BM" + header + rows, LIMITS)

    assert [[[9, 8, 7], [12, 11, 10]], [[3, 2, 1], [6, 5, 4]]] == picture.rgb.tolist()


@pytest.mark.parametrize("source_format", ["png", "tiff", "webp", "avif", "heic"])
def test_transparency_is_kept_beside_the_colour(source_format: str) -> None:
    """Alpha comes out as it went in; AVIF and HEIC may round it."""
    rgba = with_alpha(gradient())
    picture = decode(encoded(rgba, source_format), LIMITS)

    assert picture.alpha is not None
    assert np.abs(rgba[..., 3].astype(int) - picture.alpha).max() <= 3


@pytest.mark.parametrize("source_format", ["png", "tiff", "bmp"])
@pytest.mark.parametrize("size", [(1, 1), (1, 90), (90, 1), (65, 64), (63, 129)])
def test_any_size_is_decoded_whole(source_format: str, size: tuple[int, int]) -> None:
    """The strips of the decoder leave no row out, whatever the height."""
    rgb = gradient(*size)

    assert np.array_equal(rgb, decode(encoded(rgb, source_format), LIMITS).rgb)


@pytest.mark.parametrize("source_format", ["gif", "webp", "png", "avif", "tiff"])
def test_of_an_animation_the_first_frame_is_decoded_and_all_are_counted(source_format: str) -> None:
    """The first frame is red and the others ever less so."""
    picture = decode(animated(source_format, frames=3), LIMITS)

    assert 3 == picture.frames
    assert (24, 16) == size_of(picture.rgb)
    assert np.abs(picture.rgb.astype(int) - (255, 0, 0)).max() <= 3


def test_frames_are_counted_behind_a_chunk_of_odd_length() -> None:
    """WebP pads it with a byte that its length leaves out."""
    assert 3 == decode(animated("webp", frames=3, icc_profile=b"odd"), LIMITS).frames


def test_the_first_frame_is_drawn_as_its_own_extension_says() -> None:
    """Its first colour is clear; that of the second frame is not."""
    data = bytearray(long_gif(2))
    data[data.index(b"!\xf9\4") + 3] = 1
    picture = decode(bytes(data), LIMITS)

    assert picture.alpha is not None
    assert 2 == picture.frames


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"BMW is a car, not a bitmap", b"%PDF-1.7", b"\0\0\1\0\1\0\x10\x10"]
)
def test_what_is_no_picture_is_refused_by_naming_what_is_taken(data: bytes) -> None:
    """The refusal helps whoever sent a document, or nothing at all."""
    with pytest.raises(
        UnsupportedFormatError, match="JPEG, PNG, WebP, BMP, TIFF, GIF, AVIF, HEIC, camera RAW"
    ):
        decode(data, LIMITS)


def test_a_camera_raw_file_is_refused_instead_of_its_thumbnail_cut_out() -> None:
    """Its first directory says of itself that it is a reduced copy."""
    thumbnail = tiff_file([(254, 4, 1, 1), (256, 4, 1, 4), (257, 4, 1, 4), (273, 4, 1, 8)], bytes(16))

    with pytest.raises(UnsupportedFormatError, match="raw"):
        decode(thumbnail, LIMITS)


def test_too_many_bytes_are_refused_with_both_numbers() -> None:
    """One byte over the limit is over it."""
    data = encoded(gradient())
    with pytest.raises(ImageTooLargeError, match=f"{len(data)} bytes; at most {len(data) - 1}"):
        decode(data, Limits(max_bytes=len(data) - 1))

    assert (48, 32) == size_of(decode(data, Limits(max_bytes=len(data))).rgb)


@pytest.mark.parametrize("source_format", FORMATS)
def test_too_many_pixels_are_refused_with_what_was_found(source_format: str) -> None:
    """In every format, and with no pixel to spare."""
    data = encoded(gradient(), source_format)
    with pytest.raises(ResolutionTooHighError, match=r"1536 pixels \(48 x 32\); at most 1535"):
        decode(data, Limits(max_pixels=1535))

    assert (48, 32) == size_of(decode(data, Limits(max_pixels=1536)).rgb)


def test_pixels_are_refused_before_they_are_decoded() -> None:
    """The file has a header that promises them and nothing behind it."""
    header_only = pixel_bomb(10_001, 5_000)[:45]

    with pytest.raises(ResolutionTooHighError):
        decode(header_only, LIMITS)


def test_a_picture_that_pillow_would_warn_of_is_decoded_where_the_limit_allows_it() -> None:
    """The only bound on pixels is the service's own; a warning would fail this test."""
    picture = decode(pixel_bomb(9_500, 9_500), Limits(max_pixels=100_000_000))

    assert (9_500, 9_500) == size_of(picture.rgb)


@pytest.mark.parametrize("source_format", ["png", "jpeg", "bmp"])
def test_a_picture_without_pixels_is_unreadable(source_format: str) -> None:
    """No side may be zero."""
    data = bytearray(encoded(gradient(), source_format))
    at = {"png": 16, "jpeg": data.find(b"\xff\xc0") + 5, "bmp": 18}[source_format]
    data[at : at + (2 if source_format == "jpeg" else 4)] = bytes(2 if source_format == "jpeg" else 4)

    with pytest.raises(UnreadableImageError):
        decode(bytes(data), LIMITS)


@pytest.mark.parametrize("source_format", FORMATS)
def test_the_same_bytes_give_the_same_pixels(source_format: str) -> None:
    """Threads inside a codec may race, yet not show it."""
    data = encoded(photo(200, 150), source_format)

    assert np.array_equal(decode(data, LIMITS).rgb, decode(data, LIMITS).rgb)


def test_a_circular_chain_of_pages_is_counted_once() -> None:
    """The directory of this file names itself as the next."""
    assert 1 == decode(circular_tiff(), LIMITS).frames


def test_the_codec_of_heic_is_imported_only_for_heic() -> None:
    """It costs start-up time that most requests need not pay."""
    program = "import sys, handler.pipeline.decode; print('pillow_heif' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert "False" == done.stdout.strip()
