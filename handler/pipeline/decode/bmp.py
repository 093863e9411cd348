"""BMP: its run-length form is decoded in Python, so it gets a bound of its own."""

import struct
from io import BytesIO

from PIL.BmpImagePlugin import BmpImageFile

from handler.domain.limits import Limits
from handler.pipeline.decode.source import Source, check_pixels

_CORE_HEADER_BYTES = 12
_RUN_LENGTH = {1, 2}
_MAX_RUN_LENGTH_PIXELS = 4_000_000


def open_bmp(data: bytes, limits: Limits) -> Source:
    """Open a Windows or OS/2 bitmap."""
    (header_bytes,) = struct.unpack_from("<I", data, 14)
    max_pixels = limits.max_pixels
    if header_bytes == _CORE_HEADER_BYTES:
        width, height = struct.unpack_from("<HH", data, 18)
    else:
        width, height, _, _, compression = struct.unpack_from("<iiHHI", data, 18)
        if compression in _RUN_LENGTH:
            max_pixels = min(max_pixels, _MAX_RUN_LENGTH_PIXELS)
    # A negative height says that the rows run from the top.
    check_pixels((width, abs(height)), max_pixels)
    return Source(BmpImageFile(BytesIO(data)))
