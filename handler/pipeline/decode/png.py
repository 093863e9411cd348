"""PNG: only the chunks that draw the picture reach the decoder, so no other can be a bomb."""

import zlib
from dataclasses import dataclass, field
from io import BytesIO

from PIL.PngImagePlugin import PngImageFile

from handler.domain.errors import UnreadableImageError
from handler.domain.limits import Limits
from handler.pipeline.decode.colour import MAX_PROFILE_BYTES
from handler.pipeline.decode.exif import orientation_of
from handler.pipeline.decode.source import Source, check_pixels

_SIGNATURE_BYTES = 8
_DEEP_BITS = 16
_DRAWING = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


@dataclass(slots=True)
class _Chunks:
    """What a walk over the file has found."""

    drawn: list[memoryview] = field(default_factory=list)
    header: bytes = b""
    profile: bytes = b""
    exif: bytes = b""
    frames: int = 0


def open_png(data: bytes, limits: Limits) -> Source:
    """Open the still picture; an animation's further frames are counted and left out."""
    chunks = _walk(data, limits.max_png_chunks)
    if len(chunks.header) < 13:
        raise UnreadableImageError("The PNG has no header")
    width, height = int.from_bytes(chunks.header[:4], "big"), int.from_bytes(chunks.header[4:8], "big")
    check_pixels((width, height), limits.max_pixels)
    image = PngImageFile(BytesIO(b"".join([data[:_SIGNATURE_BYTES], *chunks.drawn])))
    clear = image.info.get("transparency")
    if chunks.header[8] == _DEEP_BITS and isinstance(clear, tuple):
        # The decoder keeps the upper half of each sample and forgets to do so with the colour that is clear.
        image.info["transparency"] = tuple(sample >> 8 for sample in clear)
    return Source(
        image=image,
        orientation=orientation_of(chunks.exif),
        profile=_inflated(chunks.profile),
        frames=max(1, chunks.frames),
    )


def _walk(data: bytes, max_chunks: int) -> _Chunks:
    found = _Chunks()
    view = memoryview(data)
    start = _SIGNATURE_BYTES
    for _ in range(max_chunks):
        body = start + 8
        end = body + int.from_bytes(view[start : start + 4], "big") + 4
        kind = data[start + 4 : body]
        _note(found, kind, view[body : end - 4])
        if kind in _DRAWING:
            found.drawn.append(view[start:end])
        if kind == b"IEND" or end >= len(data):
            return found
        start = end
    raise UnreadableImageError(f"The PNG has more than {max_chunks} chunks")


def _note(found: _Chunks, kind: bytes, body: memoryview) -> None:
    if kind == b"IHDR":
        found.header = bytes(body)
    elif kind == b"iCCP":
        found.profile = bytes(body)
    elif kind == b"eXIf":
        found.exif = bytes(body)
    elif kind == b"fcTL":
        found.frames += 1


def _inflated(chunk: bytes) -> bytes | None:
    """The profile inside iCCP, which is compressed and so could be a bomb."""
    _, _, rest = chunk.partition(b"\0")
    inflater = zlib.decompressobj()
    try:
        profile = inflater.decompress(rest[1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return None
    return profile if profile and not inflater.unconsumed_tail else None
