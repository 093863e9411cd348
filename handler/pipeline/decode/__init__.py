"""From the bytes of a file to an upright sRGB picture, whatever the bytes are."""

from collections.abc import Callable

from PIL.Image import Image

from handler.domain.errors import ClearcutError, ImageTooLargeError, UnreadableImageError
from handler.domain.image import Picture
from handler.domain.limits import Limits
from handler.pipeline.decode.bmp import open_bmp
from handler.pipeline.decode.gif import open_gif
from handler.pipeline.decode.heif import open_avif, open_heic
from handler.pipeline.decode.jpeg import open_jpeg
from handler.pipeline.decode.pixels import develop, upright_size
from handler.pipeline.decode.png import open_png
from handler.pipeline.decode.sniff import format_of
from handler.pipeline.decode.source import Source
from handler.pipeline.decode.tiff import open_tiff
from handler.pipeline.decode.webp import open_webp

_OPENERS: dict[str, Callable[[bytes, Limits], Source]] = {
    "jpeg": open_jpeg,
    "png": open_png,
    "webp": open_webp,
    "bmp": open_bmp,
    "tiff": open_tiff,
    "gif": open_gif,
    "avif": open_avif,
    "heic": open_heic,
}
_DRAFT_SCALES = (8, 4, 2)


def decode(data: bytes, limits: Limits, at_least: int | None = None) -> Picture:
    """
    Decode the first frame.

    With `at_least`, a JPEG may come reduced, its longest side still that long.
    """
    if len(data) > limits.max_bytes:
        raise ImageTooLargeError(f"The file has {len(data)} bytes; at most {limits.max_bytes} are taken")
    source_format = format_of(data)
    try:
        source = _OPENERS[source_format](data, limits)
        full_width, full_height = upright_size(source)
        if at_least is not None:
            _reduce(source.image, at_least)
        rgb, alpha = develop(source)
    except ClearcutError:
        raise
    # Hostile bytes make decoders raise anything at all: no list of their exceptions stays complete.
    except Exception as error:
        raise UnreadableImageError(f"The {source_format} file ends early or is damaged") from error
    return Picture(rgb, alpha, full_width, full_height, source_format, source.frames)


def _reduce(image: Image, at_least: int) -> None:
    """Only JPEG heeds a draft: it can decode at an eighth, a quarter or half of the size, and cheaply."""
    width, height = image.size
    for scale in _DRAFT_SCALES:
        # The decoder rounds reduced sides up.
        if -(-max(width, height) // scale) >= at_least:
            image.draft(None, (max(1, width // scale), max(1, height // scale)))
            return
