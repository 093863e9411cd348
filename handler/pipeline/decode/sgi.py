"""SGI's format, whose files are called .rgb, .rgba, .bw or .sgi."""

import struct
from io import BytesIO

from PIL.SgiImagePlugin import SgiImageFile

from handler.domain.limits import Limits
from handler.pipeline.decode.source import Source, check_pixels


def open_sgi(data: bytes, limits: Limits) -> Source:
    """Open grey or colour, with or without alpha, of 8 or 16 bits."""
    check_pixels(struct.unpack_from(">HH", data, 6), limits.max_pixels)
    return Source(SgiImageFile(BytesIO(data)))
