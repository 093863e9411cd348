"""GIF: the first frame alone reaches the decoder; the others are counted block by block."""

import struct
from dataclasses import dataclass
from io import BytesIO

from PIL.GifImagePlugin import GifImageFile

from handler.domain.errors import UnreadableImageError
from handler.domain.limits import Limits
from handler.pipeline.decode.source import Source, check_pixels

_MAX_BLOCKS = 250_000
_SCREEN_END = 13
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_GRAPHIC_CONTROL = 0xF9


@dataclass(slots=True)
class _Walk:
    """
    A place in the file, and what has been passed on the way.

    Attributes:
        steps: blocks that may still be passed; some 20 MB of honest GIF have 80,000.
        control: the extension that says how the first frame is drawn.
        first: the first frame.
    """

    data: bytes
    at: int
    steps: int = _MAX_BLOCKS
    control: bytes = b""
    first: bytes = b""
    frames: int = 0


def open_gif(data: bytes, limits: Limits) -> Source:
    """Open the first frame on a screen that is large enough for it."""
    screen_width, screen_height, flags = struct.unpack_from("<HHB", data, 6)
    start = _SCREEN_END + _table_bytes(flags)
    walk = _Walk(data, start)
    while _step(walk):
        pass
    if not walk.first:
        raise UnreadableImageError("The GIF has no frame in it")
    left, top, width, height = struct.unpack_from("<4H", walk.first, 1)
    screen = max(screen_width, left + width), max(screen_height, top + height)
    check_pixels(screen, limits.max_pixels)
    head = data[:6] + struct.pack("<HH", *screen) + data[10:start]
    trailer = bytes([_TRAILER])
    image = GifImageFile(BytesIO(b"".join([head, walk.control, walk.first, trailer])))
    return Source(image=image, frames=walk.frames)


def _step(walk: _Walk) -> bool:
    """Pass one block of the file; false at its end, or where enough has been counted."""
    start, data = walk.at, walk.data
    kind = data[start] if start < len(data) else _TRAILER
    if kind == _EXTENSION:
        is_control = data[start + 1 : start + 2] == bytes([_GRAPHIC_CONTROL])
        _pass_sub_blocks(walk, start + 2)
        if is_control and not walk.frames:
            walk.control = data[start : walk.at]
    elif kind == _IMAGE:
        walk.frames += 1
        flags = data[start + 9] if start + 9 < len(data) else 0
        _pass_sub_blocks(walk, start + 11 + _table_bytes(flags))
        if walk.frames == 1:
            walk.first = data[start : walk.at]
    else:
        return False
    return walk.steps > 0


def _pass_sub_blocks(walk: _Walk, start: int) -> None:
    data, at, size = walk.data, start, len(walk.data)
    steps = walk.steps
    while at < size and steps > 0:
        length = data[at]
        at += length + 1
        steps -= 1
        if not length:
            break
    walk.at, walk.steps = at, steps


def _table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
