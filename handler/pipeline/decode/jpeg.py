"""JPEG: a walk over the markers, so that only a bounded number of scans ever meets the decoder."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL.JpegImagePlugin import JpegImageFile

from handler.domain.errors import UnreadableImageError
from handler.domain.image import Bytes
from handler.domain.limits import Limits
from handler.pipeline.decode.exif import orientation_of
from handler.pipeline.decode.source import Source, check_pixels

_NARROW_BYTES, _WIDE_BYTES = 1 << 8, 1 << 16
_MAX_SEGMENTS = 2_000
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
# The markers that the decoder skips by their stated length. Any other one is stepped over as two bytes,
# lest a made-up length hide scans from the count.
_WITH_LENGTH = _FRAMES | {0xC4, 0xCC, _START_OF_SCAN, 0xDB, 0xDC, 0xDD, *range(0xE0, 0xF0), 0xFE}
# Of the applications' segments only these two tell how colour is stored.
_JFIF, _ADOBE = 0xE0, 0xEE
_LEFT_OUT = {*range(0xE0, 0xF0), 0xFE} - {_JFIF, _ADOBE}
# What may follow 0xFF and be a marker: no stuffing, no fill, no restart.
_IS_MARKER = np.ones(256, bool)
_IS_MARKER[[0x00, 0x01, 0xFF, *range(0xD0, 0xD8)]] = False


@dataclass(frozen=True, slots=True)
class _Segment:
    marker: int
    start: int
    end: int


def open_jpeg(data: bytes, limits: Limits) -> Source:
    """Open what draws the picture; profile and orientation are read here and kept from the decoder."""
    segments = list(_segments(data, limits.max_jpeg_scans))
    first_scan = next((n for n, found in enumerate(segments) if found.marker == _START_OF_SCAN), None)
    frame = next((found for found in segments if found.marker in _FRAMES), None)
    if first_scan is None or frame is None:
        raise UnreadableImageError("The JPEG has no picture in it")
    head = segments[:first_scan]
    height = int.from_bytes(data[frame.start + 5 : frame.start + 7], "big")
    width = int.from_bytes(data[frame.start + 7 : frame.start + 9], "big")
    check_pixels((width, height), limits.max_pixels)
    drawn = [data[part.start : part.end] for part in head if part.marker not in _LEFT_OUT]
    scans = memoryview(data)[segments[first_scan].start : segments[-1].end]
    drawing = b"".join([b"\xff\xd8", *drawn, scans])
    image = JpegImageFile(BytesIO(drawing))
    # In one call: after each of the usual 64 KB the thread would have to come by the interpreter again.
    image.decodermaxblock = len(drawing)
    return Source(
        image=image,
        orientation=orientation_of(_exif(data, head)),
        profile=_profile(data, head),
    )


def _segments(data: bytes, max_scans: int) -> Iterator[_Segment]:
    """Every segment that the decoder would see, up to the end of the first picture in the file."""
    codes = np.frombuffer(data, np.uint8)
    scans, end = 0, 2
    for _ in range(_MAX_SEGMENTS):
        start = _next_marker(codes, end)
        if start is None:
            yield _Segment(0, len(data), len(data))
            return
        marker, end = data[start + 1], start + 2
        if marker in _WITH_LENGTH:
            end += int.from_bytes(data[end : end + 2], "big")
        yield _Segment(marker, start, end)
        if marker == _END_OF_IMAGE:
            return
        scans += marker == _START_OF_SCAN
        if scans > max_scans:
            raise UnreadableImageError(f"The JPEG has more than {max_scans} scans")
    raise UnreadableImageError(f"The JPEG has more than {_MAX_SEGMENTS} segments")


def _next_marker(codes: Bytes, start: int) -> int | None:
    """Between segments the next marker is right here; after a scan it is far, so the look-out widens."""
    window_bytes = _NARROW_BYTES
    while start < codes.size - 1:
        here = codes[start : start + window_bytes + 1]
        full = np.flatnonzero(here[:-1] == 0xFF)
        markers = full[_IS_MARKER[here[full + 1]]]
        if markers.size:
            return start + int(markers[0])
        start += window_bytes
        window_bytes = _WIDE_BYTES
    return None


def _exif(data: bytes, head: list[_Segment]) -> bytes:
    for part in head:
        body = data[part.start + 4 : part.end]
        if part.marker == 0xE1 and body.startswith(b"Exif\0\0"):
            return body
    return b""


def _profile(data: bytes, head: list[_Segment]) -> bytes | None:
    """A profile too large for one segment comes in several, numbered from 1."""
    bodies = (data[part.start + 4 : part.end] for part in head if part.marker == 0xE2)
    pieces = sorted(body[12:] for body in bodies if body.startswith(b"ICC_PROFILE\0") and len(body) > 14)
    if [piece[0] for piece in pieces] != list(range(1, len(pieces) + 1)):
        return None
    return b"".join(piece[2:] for piece in pieces) or None
