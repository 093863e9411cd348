"""Whatever the bytes, the answer is a picture or a refusal, soon and in little memory."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from handler.domain.errors import (
    CallerError,
    ResolutionTooHighError,
    UnreadableImageError,
    UnsupportedFormatError,
)
from handler.domain.image import Picture, size_of
from handler.domain.limits import Limits
from handler.pipeline.decode import decode
from tests import bombs
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
)

GROWTH_OF_EACH = r"""
import re, sys
from pathlib import Path
from handler.domain.errors import CallerError
from handler.domain.limits import Limits
from handler.pipeline.decode import decode
def peak():
    # Not getrusage: that one remembers the parent's peak too.
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
for file in sorted(Path(sys.argv[1]).iterdir()):
    before = peak()
    try:
        decode(file.read_bytes(), Limits())
    except CallerError:
        pass
    print(peak() - before)
"""


def outcome(data: bytes) -> Picture | CallerError:
    """What decoding gives; any other exception fails the test."""
    try:
        return decode(data, LIMITS)
    except CallerError as refusal:
        return refusal


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


def test_a_jpeg_of_more_scans_than_allowed_is_refused() -> None:
    """The bound is exact: one scan fewer is decoded."""
    data = bombs.scan_bomb(40)
    scans = data.count(b"\xff\xda")

    assert (64, 64) == size_of(decode(data, Limits(max_jpeg_scans=scans)).rgb)
    with pytest.raises(UnreadableImageError, match=f"more than {scans - 1} scans"):
        decode(data, Limits(max_jpeg_scans=scans - 1))


def test_scans_behind_a_false_end_are_counted() -> None:
    """An end marker inside a comment ends nothing."""
    with pytest.raises(UnreadableImageError, match="more than 100 scans"):
        decode(bombs.hidden_scan_bomb(200), LIMITS)


def test_scans_inside_a_made_up_length_are_counted() -> None:
    """The decoder steps over a reserved marker, so the count may not jump by the length behind it."""
    data = encoded(photo(64, 64), "jpeg", progressive=True)
    last = data.rindex(b"\xff\xda")
    hidden = data[:last] + b"\xff\x02\xff\xff" + data[last:-2] * 200 + b"\xff\xd9"

    with pytest.raises(UnreadableImageError, match="more than 100 scans"):
        decode(hidden, LIMITS)


def test_a_start_of_scan_in_a_thumbnail_or_behind_the_end_is_not_counted() -> None:
    """EXIF holds a whole JPEG, and a phone appends a film."""
    thumbnail = encoded(photo(32, 32), "jpeg", progressive=True)
    data = encoded(photo(64, 64), "jpeg", comment=thumbnail) + thumbnail * 30

    assert (64, 64) == size_of(decode(data, Limits(max_jpeg_scans=1)).rgb)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (bombs.scan_bomb(20_000), "scans"),
        (bombs.segment_flood(2_000_000), "segments"),
        (bombs.chunk_flood(1_000_000), "chunks"),
        (bombs.comment_gif(2_000_000), "GIF"),
        (bombs.strip_bomb(5_000, 5_000), "claims more data"),
        (bombs.many_tags(5_000), "more than 4096 tags"),
    ],
    ids=["scans", "segments", "chunks", "comments", "strips", "tags"],
)
def test_what_would_take_too_long_is_refused(data: bytes, message: str) -> None:
    """By a bound on what is counted, with no clock involved."""
    with pytest.raises(UnreadableImageError, match=message):
        decode(data, LIMITS)


@pytest.mark.parametrize(
    "data",
    [
        bombs.text_bomb(50),
        bombs.profile_bomb(50),
        bombs.tag_bomb(2_000, 4),
        bombs.fill_flood(5_000_000),
        bombs.chunky_webp(500_000),
        bombs.chunk_flood(5_000),
        bombs.comment_gif(5_000),
    ],
    ids=["texts", "profile", "shared tags", "fill bytes", "webp chunks", "some chunks", "some comments"],
)
def test_what_does_not_draw_the_picture_does_not_reach_the_decoder(data: bytes) -> None:
    """The picture beside the bomb is decoded as if it were alone."""
    assert max(size_of(decode(data, LIMITS).rgb)) <= 16


def test_frames_are_counted_up_to_a_bound() -> None:
    """A hundred thousand frames are not walked to the end; the first one is decoded."""
    picture = decode(bombs.long_gif(100_000), LIMITS)

    assert (2, 2) == size_of(picture.rgb)
    assert 10_000 < picture.frames <= 100_000
    assert 500 == decode(bombs.long_gif(500), LIMITS).frames


def test_a_run_length_bitmap_has_a_bound_of_its_own() -> None:
    """It is decoded pixel by pixel in Python, and a few bytes make many pixels."""
    with pytest.raises(ResolutionTooHighError, match="at most 4000000"):
        decode(bombs.run_length_bmp(4_000, 1_001), LIMITS)

    assert (500, 40) == size_of(decode(bombs.run_length_bmp(500, 40), LIMITS).rgb)


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt"])
def test_a_fax_is_read_up_to_a_number_of_rows(compression: str) -> None:
    """The decoder would log each damaged one."""
    fax, too_long = (Image.new("1", (8, rows), 1) for rows in (10_000, 10_001))

    assert (8, 10_000) == size_of(decode(saved(fax, "tiff", compression=compression), LIMITS).rgb)
    with pytest.raises(UnreadableImageError, match="10000 rows"):
        decode(saved(too_long, "tiff", compression=compression), LIMITS)


def test_a_frame_larger_than_its_screen_counts_in_full() -> None:
    """The screen says 2 x 2, the frame 60,000 x 60,000."""
    data = bytearray(bombs.long_gif(1))
    at = data.index(b",", 13)
    data[at + 5 : at + 9] = (60_000).to_bytes(2, "little") * 2

    with pytest.raises(ResolutionTooHighError, match="60000 x 60000"):
        decode(bytes(data), LIMITS)


@pytest.mark.parametrize("source_format", ["ico", "ppm", "tga", "pcx", "jpeg2000", "eps", "icns", "dds"])
def test_formats_outside_the_list_never_reach_their_decoder(source_format: str) -> None:
    """However well the library reads them."""
    with pytest.raises(UnsupportedFormatError):
        decode(saved(Image.fromarray(gradient(32, 32)), source_format), LIMITS)


def test_bombs_are_answered_in_little_memory(tmp_path: Path) -> None:
    """A process that meets one after the other never holds much more than the file itself."""
    all_bombs = [
        bombs.pixel_bomb(60_000, 60_000, rows=10),
        bombs.scan_bomb(20_000),
        bombs.profile_bomb(120),
        bombs.text_bomb(120),
        bombs.tag_bomb(2_000, 4),
        bombs.strip_bomb(5_000, 5_000),
        bombs.chunk_flood(500_000),
        bombs.long_gif(100_000),
        bombs.segment_flood(500_000),
    ]
    for number, data in enumerate(all_bombs):
        (tmp_path / f"{number}.bin").write_bytes(data)
    command = [sys.executable, "-c", GROWTH_OF_EACH, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    grown_megabytes = [int(line) / 1024 for line in done.stdout.split()]

    assert len(all_bombs) == len(grown_megabytes)
    assert max(grown_megabytes) < 60
