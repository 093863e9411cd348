"""Targa: no magic bytes, so a file is taken for one only where every field of its header agrees."""

import struct
from functools import partial
from io import BytesIO

from PIL.Image import Image
from PIL.TgaImagePlugin import TgaImageFile

from handler.domain.limits import Limits
from handler.pipeline.decode.source import Latent, Source, check_pixels

_HEADER_BYTES = 18
_PALETTED, _COLOURED, _GREY = 1, 2, 3
_RUN_LENGTH = 8
_PIXEL_BITS = {_PALETTED: {8}, _COLOURED: {16, 24, 32}, _GREY: {8, 16}}
_PALETTE_BITS = {16, 24, 32}
_ALPHA_BITS = {0, 1, 8}
_RESERVED = 0xC0


def is_tga(data: bytes) -> bool:
    """Whether the first bytes can be nothing but the header of a Targa."""
    if len(data) <= _HEADER_BYTES:
        return False
    has_palette, kind = data[1:3]
    palette, width, height = data[3:8], *struct.unpack_from("<HH", data, 12)
    bits, flags = data[16:18]
    kind &= ~_RUN_LENGTH
    # Only bytes 2 and 3 of a palette's description may be anything.
    fits = palette[4] in _PALETTE_BITS if kind == _PALETTED else not any(palette)
    plain = has_palette == (kind == _PALETTED) and flags & 0x0F in _ALPHA_BITS and not flags & _RESERVED
    return fits and plain and bits in _PIXEL_BITS.get(kind, ()) and width > 0 and height > 0


def open_tga(data: bytes, limits: Limits) -> Source:
    """Open any of its kinds but the one of 15 bits."""
    size = struct.unpack_from("<HH", data, 12)
    check_pixels(size, limits.max_pixels)
    return Source(Latent(size, partial(_read, data)))


def _read(data: bytes, _: int) -> Image:
    image = TgaImageFile(BytesIO(data))
    image.load()
    # Many programs leave the fourth byte empty and mean an opaque picture.
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (0, 0):
        return image.convert("RGB")
    return image
