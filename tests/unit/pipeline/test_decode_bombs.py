"""Small files that would cost much, each stopped by a bound on what it aims at."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from handler.domain.errors import (
    ResolutionTooHighError,
    UnreadableImageError,
)
from handler.domain.image import size_of
from handler.domain.limits import Limits
from handler.pipeline.decode import decode
from tests import bombs
from tests.images import encoded, photo, saved

LIMITS = Limits()

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
