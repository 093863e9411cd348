"""Radiance's HDR: three mantissas and an exponent that they share, in rows that may be packed."""

import re
from functools import partial

import numpy as np
from PIL import Image

from handler.domain.errors import UnreadableImageError, UnsupportedFormatError
from handler.domain.image import Bytes, Floats
from handler.domain.limits import Limits
from handler.pipeline.decode.source import Latent, Source, check_pixels
from handler.pipeline.decode.tone import screen_for

_MAX_HEADER_BYTES = 64 * 1024
_SIZE = re.compile(rb"([+-][XY]) (\d{1,6}) ([+-][XY]) (\d{1,6})\n")
_FORMAT = b"FORMAT=32-bit_rle_rgbe"
# EXIF's numbers for how rows and columns may run.
_ORIENTATIONS = {
    (b"-Y", b"+X"): 1,
    (b"-Y", b"-X"): 2,
    (b"+Y", b"-X"): 3,
    (b"+Y", b"+X"): 4,
    (b"+X", b"-Y"): 5,
    (b"-X", b"-Y"): 6,
    (b"-X", b"+Y"): 7,
    (b"+X", b"+Y"): 8,
}
_RUN = 128
_PACKED_WIDTHS = range(8, 0x8000)
_REPEATED = 1
_PROBE_PIXELS = 100_000


def open_hdr(data: bytes, limits: Limits) -> Source:
    """Open a picture in RGBE, with its rows in any order."""
    head, _, rest = data[:_MAX_HEADER_BYTES].partition(b"\n\n")
    size = _SIZE.match(rest)
    orientation = _ORIENTATIONS.get((size[1], size[3])) if size else None
    if size is None or orientation is None:
        raise UnreadableImageError("The HDR file does not tell its size")
    if b"FORMAT=" in head and _FORMAT not in head:
        raise UnsupportedFormatError("Of HDR files only those in RGBE are taken")
    rows, width = int(size[2]), int(size[4])
    check_pixels((width, rows), limits.max_pixels)
    render = partial(_render, data, len(head) + 2 + size.end(), (width, rows))
    return Source(Latent((width, rows), render), orientation)


def _render(data: bytes, start: int, size: tuple[int, int], _: int) -> Image.Image:
    pixels = _unpacked(data, start, *size)
    # Every light that a mantissa and an exponent can make, so that each is brought to the screen once.
    exponents, mantissas = np.meshgrid(np.arange(256), np.arange(256), indexing="ij")
    lights: Floats = np.where(exponents, np.ldexp(1.0 * mantissas, exponents - 136), 0).astype(np.float32)
    probe = pixels.reshape(-1, 4)[:: max(1, pixels.size // 4 // _PROBE_PIXELS)]
    table = screen_for(lights[probe[:, 3:], probe[:, :3]]).show(lights)
    shown = np.empty((*pixels.shape[:2], 3), np.uint8)
    for row, into in zip(pixels, shown, strict=True):
        into[:] = table[row[:, 3:], row[:, :3]]
    return Image.fromarray(shown)


def _unpacked(data: bytes, at: int, width: int, rows: int) -> Bytes:
    pixels = np.empty((rows, width, 4), np.uint8)
    packed_start = bytes([2, 2, *width.to_bytes(2, "big")]) if width in _PACKED_WIDTHS else None
    for row in pixels:
        if data[at : at + 4] == packed_start:
            line, at = _unpacked_row(data, at + 4, 4 * width)
            row[:] = np.frombuffer(line, np.uint8).reshape(4, width).T
        else:
            row[:] = np.frombuffer(data, np.uint8, 4 * width, at).reshape(width, 4)
            at += 4 * width
            if (row[:, :3] == _REPEATED).all(axis=1).any():
                raise UnsupportedFormatError("An HDR file packed in the way of before 1991 is not taken")
    return pixels


def _unpacked_row(data: bytes, at: int, row_bytes: int) -> tuple[bytearray, int]:
    """The four channels of a row one after the other, and where the next row begins."""
    line = bytearray()
    while len(line) < row_bytes:
        code = data[at]
        if code > _RUN:
            line += data[at + 1 : at + 2] * (code - _RUN)
            at += 2
        else:
            line += data[at + 1 : at + 1 + code]
            at += 1 + code
    if len(line) > row_bytes:
        raise UnreadableImageError("A row of the HDR file is longer than the picture is wide")
    return line, at
