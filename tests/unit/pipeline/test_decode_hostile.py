"""Whatever the bytes, the answer is a picture or a refusal, soon and in little memory."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from handler.domain.errors import (
    CallerError,
    UnreadableImageError,
    UnsupportedFormatError,
    VideoError,
)
from handler.domain.image import Picture
from handler.domain.limits import Limits
from handler.pipeline.decode import decode
from tests.images import FORMATS, encoded, flipped, gradient, photo, saved, truncations, with_alpha

LIMITS = Limits()
MAGICS = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0",
    b"BM\x40\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
    b"II*\0\x08\0\0\0",
    b"MM\0*\0\0\0\x08",
    b"\0\0\0\x18ftypavif\0\0\0\0",
    b"\0\0\0\x18ftypheic\0\0\0\0",
    b"8BPS\0\1",
    b"v/1\1\2\0\0\0channels\0chlist\0",
    b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 16 +X 16\n",
    b"\0\0\x0a\0\0\0\0\0\0\0\0\0\x10\0\x10\0\x20\x08\xff",
    b"\1\xda\1\1\0\3\0\x10\0\x10\0\3",
)


def outcome(data: bytes) -> Picture | CallerError:
    """What decoding gives; any other exception fails the test."""
    try:
        return decode(data, LIMITS)
    except CallerError as refusal:
        return refusal


@pytest.mark.parametrize(
    "head",
    [
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
        b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41",
        b"\0\0\0\x14ftypqt  \0\0\2\0qt  ",
        b"\0\0\0\x08wide\0\0\0\x08mdat",
        b"\0\1\0\0moov\0\0\0\x6cmvhd",
        b"\x1aE\xdf\xa3\x9fB\x86\x81\1B\xf7\x81\1",
        b"RIFF\0\1\0\0AVI LIST",
    ],
)
def test_a_film_is_told_that_a_frame_is_wanted(head: bytes) -> None:
    """MP4, MOV with and without brands, WebM and AVI."""
    assert isinstance(outcome(head + bytes(64)), VideoError)


@pytest.mark.parametrize("source_format", FORMATS)
def test_a_truncated_file_is_refused_or_whole(source_format: str) -> None:
    """Cut anywhere, and certainly at half its length, it never gives a half picture."""
    rgb = photo(160, 120)
    data = encoded(rgb, source_format)
    whole = decode(data, LIMITS).rgb
    for cut in truncations(data):
        found = outcome(cut)

        assert isinstance(found, CallerError) or np.array_equal(whole, found.rgb)
    with pytest.raises(UnreadableImageError):
        decode(data[: len(data) // 2], LIMITS)


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_rows": 1}], ids=str)
def test_a_truncated_jpeg_of_any_kind_is_refused(options: dict[str, object]) -> None:
    """A progressive file cut in half would show a blurred picture."""
    data = encoded(photo(160, 120), "jpeg", **options)

    with pytest.raises(UnreadableImageError):
        decode(data[: len(data) // 2], LIMITS)


@pytest.mark.parametrize("source_format", FORMATS)
@pytest.mark.parametrize("seed", range(30))
def test_flipped_bits_never_crash(source_format: str, seed: int) -> None:
    """A damaged file gives a damaged picture, or a refusal that a caller may see."""
    data = flipped(encoded(photo(64, 48), source_format), seed, bits=1 + seed)
    found = outcome(data)

    assert isinstance(found, Picture | CallerError)


@pytest.mark.parametrize("seed", range(60))
def test_flipped_bits_of_unusual_tiffs_never_crash(seed: int) -> None:
    """Compressed, paletted, transparent or of CMYK."""
    kinds = [
        encoded(with_alpha(gradient()), "tiff", compression="tiff_lzw"),
        encoded(gradient(), "tiff", compression="jpeg"),
    ]

    assert isinstance(outcome(flipped(kinds[seed % 2], seed, bits=12, skip=8)), Picture | CallerError)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(magic=st.sampled_from(MAGICS), rest=st.binary(max_size=400))
def test_a_known_beginning_with_anything_behind_it_never_crashes(magic: bytes, rest: bytes) -> None:
    """It begins like a picture, so it is not called a format that is not taken."""
    found = outcome(magic + rest)

    assert isinstance(found, Picture | CallerError)


@pytest.mark.parametrize("magic", MAGICS)
def test_a_beginning_alone_is_unreadable(magic: bytes) -> None:
    """The format is known and the picture is missing."""
    with pytest.raises(UnreadableImageError):
        decode(magic, LIMITS)


@pytest.mark.parametrize("source_format", ["ico", "ppm", "pcx", "jpeg2000", "eps", "icns", "dds"])
def test_formats_outside_the_list_never_reach_their_decoder(source_format: str) -> None:
    """However well the library reads them."""
    with pytest.raises(UnsupportedFormatError):
        decode(saved(Image.fromarray(gradient(32, 32)), source_format), LIMITS)
