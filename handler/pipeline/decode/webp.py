"""WebP: size and frames are read from the container, because the decoder reserves its canvas on opening."""

import struct
from io import BytesIO

from PIL.WebPImagePlugin import WebPImageFile

from handler.domain.errors import UnreadableImageError
from handler.domain.limits import Limits
from handler.pipeline.decode.exif import orientation_of
from handler.pipeline.decode.source import Source, check_pixels

_MAX_CHUNKS = 100_000
_FIRST_CHUNK = 12
_SIZE_BITS = 0x3FFF


def open_webp(data: bytes, limits: Limits) -> Source:
    """Open the first frame of a still or animated picture."""
    check_pixels(_canvas_size(data), limits.max_pixels)
    frames = _count_frames(data)
    image = WebPImageFile(BytesIO(data))
    return Source(
        image=image,
        orientation=orientation_of(image.info.get("exif", b"")),
        profile=image.info.get("icc_profile"),
        frames=max(1, frames),
    )


def _canvas_size(data: bytes) -> tuple[int, int]:
    kind, body = data[_FIRST_CHUNK : _FIRST_CHUNK + 4], data[20:30]
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & _SIZE_BITS, height & _SIZE_BITS
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", body, 1)
        return (bits & _SIZE_BITS) + 1, (bits >> 14 & _SIZE_BITS) + 1
    raise UnreadableImageError("The WebP has no picture in it")


def _count_frames(data: bytes) -> int:
    frames, start = 0, _FIRST_CHUNK
    for _ in range(_MAX_CHUNKS):
        if start + 8 > len(data):
            break
        frames += data[start : start + 4] == b"ANMF"
        (size,) = struct.unpack_from("<I", data, start + 4)
        start += 8 + size + (size & 1)
    return frames
