"""How hard a lossy encoder tries."""

from handler.domain.image import Bytes, size_of

_WEB_PIXELS = 2_000_000


def is_web_sized(pixels: Bytes) -> bool:
    """Whether squeezing costs milliseconds; on a full photo it would be most of the request."""
    width, height = size_of(pixels)
    return width * height <= _WEB_PIXELS
