"""Small files that cost much: each is within the limit on bytes and aims at another one."""

import struct
import zlib

import numpy as np

from tests.images import PNG_GREY, chunk, encoded, photo, png_file, png_header


def pixel_bomb(width: int, height: int, rows: int | None = None) -> bytes:
    """A black PNG, whose few bytes hold any number of pixels; perhaps with fewer rows than it says."""
    data = bytes((width + 1) * (height if rows is None else rows))
    return png_file(png_header(width, height, 8, PNG_GREY), data)


def scan_bomb(scans: int, side: int = 64) -> bytes:
    """A progressive JPEG that repeats its last scan."""
    data = encoded(photo(side, side), "jpeg", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + b"\xff\xd9"


def hidden_scan_bomb(scans: int) -> bytes:
    """As scan_bomb, with an end marker inside a comment between the scans."""
    data = encoded(photo(64, 64), "jpeg", progressive=True)
    last = data.rindex(b"\xff\xda")
    comment = b"\xff\xfe\x00\x04\xff\xd9"
    return data[:last] + (comment + data[last:-2]) * scans + b"\xff\xd9"


def segment_flood(segments: int) -> bytes:
    """A JPEG with empty comments before its picture."""
    data = encoded(photo(16, 16), "jpeg")
    return data[:2] + b"\xff\xfe\x00\x02" * segments + data[2:]


def fill_flood(fills: int) -> bytes:
    """A JPEG with fill bytes before its first segment."""
    data = encoded(photo(16, 16), "jpeg")
    return data[:2] + b"\xff" * fills + data[2:]


def chunk_flood(chunks: int) -> bytes:
    """A PNG with empty chunks before its picture."""
    return png_file(png_header(4, 4, 8, PNG_GREY), bytes(20), before=chunk(b"abCd", b"") * chunks)


def text_bomb(megabytes: int) -> bytes:
    """A PNG whose compressed texts unfold to so much each."""
    text = chunk(b"zTXt", b"note\0\0" + zlib.compress(bytes(megabytes << 20), 9))
    return png_file(png_header(4, 4, 8, PNG_GREY), bytes(20), before=text * 8, after=text * 8)


def profile_bomb(megabytes: int) -> bytes:
    """A PNG whose profile unfolds to so much."""
    profile = chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(megabytes << 20), 9))
    return png_file(png_header(4, 4, 8, PNG_GREY), bytes(20), before=profile)


def long_gif(frames: int) -> bytes:
    """A GIF of one tiny frame over and over."""
    screen = b"GIF89a" + struct.pack("<HHBBB", 2, 2, 0x80, 0, 0) + b"\xff\0\0\0\0\xff"
    frame = b"!\xf9\4\0\0\0\0\0," + struct.pack("<HHHHB", 0, 0, 2, 2, 0) + b"\2\3\x44\2\5\0"
    return screen + frame * frames + b";"


def comment_gif(blocks: int) -> bytes:
    """A GIF with comments before its only frame."""
    data = long_gif(1)
    return data[:19] + b"!\xfe\1x\0" * blocks + data[19:]


def tiff_file(entries: list[tuple[int, int, int, int]], body: bytes = b"") -> bytes:
    """A TIFF of one directory; each entry is tag, type, count and value or offset; the body begins at 8."""
    directory = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    start = 8 + len(body)
    return b"II*\0" + struct.pack("<I", start) + body + struct.pack("<H", len(entries)) + directory + bytes(4)


def _grey_tiff(width: int, height: int) -> list[tuple[int, int, int, int]]:
    return [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (277, 3, 1, 1),
    ]


def tag_bomb(tags: int, megabytes: int) -> bytes:
    """A TIFF whose unknown tags all point at the same bytes."""
    body = bytes(megabytes << 20)
    own = [(number, 1, len(body), 8) for number in range(40_000, 40_000 + tags)]
    return tiff_file([*_grey_tiff(4, 4), (273, 4, 1, 8), (278, 4, 1, 4), (279, 4, 1, 16), *own], body)


def many_tags(tags: int) -> bytes:
    """A TIFF with more tags than any camera writes."""
    own = [(number, 3, 1, 0) for number in range(40_000, 40_000 + tags)]
    return tiff_file([*_grey_tiff(4, 4), (273, 4, 1, 8), (278, 4, 1, 4), (279, 4, 1, 16), *own], bytes(16))


def strip_bomb(strips: int, kilobytes: int) -> bytes:
    """A TIFF whose every strip, one row each, is the same large piece of the file."""
    piece = zlib.compress(bytes(strips)) + bytes(kilobytes << 10)
    offsets = np.full(strips, 8, "<u4").tobytes()
    sizes = np.full(strips, len(piece), "<u4").tobytes()
    at = 8 + len(piece)
    entries = [entry for entry in _grey_tiff(strips, strips) if entry[0] != 259]
    entries += [(259, 3, 1, 8), (278, 4, 1, 1), (273, 4, strips, at), (279, 4, strips, at + len(offsets))]
    return tiff_file(entries, piece + offsets + sizes)


def circular_tiff() -> bytes:
    """A TIFF whose directory names itself as the next one."""
    data = tiff_file([*_grey_tiff(4, 4), (273, 4, 1, 8), (278, 4, 1, 4), (279, 4, 1, 16)], bytes(range(16)))
    return data[:-4] + data[4:8]


def chunky_webp(chunks: int) -> bytes:
    """A WebP followed by empty chunks."""
    data = encoded(photo(16, 16), "webp", lossless=True, exif=b"Exif\0\0II*\0")
    body = data[12:] + b"abcd\0\0\0\0" * chunks
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def run_length_bmp(width: int, height: int) -> bytes:
    """A BMP in run-length form in which every row ends after one pixel."""
    body = b"\1\1\0\0" * height + b"\0\1"
    start = 14 + 40 + 1024
    head = b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start)
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(body), 0, 0, 256, 0)
    return head + info + bytes(1024) + body
