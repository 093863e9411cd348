"""AVIF and HEIC: two codecs in one container, whose own transforms count and whose EXIF does not."""

from importlib import import_module
from io import BytesIO

from PIL.AvifImagePlugin import AvifImageFile

from handler.domain.limits import Limits
from handler.pipeline.decode.source import Source, check_pixels

_MAX_BOXES = 1_000
_PLAIN_HEADER_BYTES, _LONG_HEADER_BYTES = 8, 16


def open_avif(data: bytes, limits: Limits) -> Source:
    """Open the primary picture, or the first of a sequence; the decoder hands turns over as EXIF."""
    image = AvifImageFile(BytesIO(_without_exif(data)))
    check_pixels(image.size, limits.max_pixels)
    return Source(
        image=image,
        orientation=image.getexif().get(0x0112, 1),
        profile=image.info.get("icc_profile"),
        frames=image.n_frames,
    )


def open_heic(data: bytes, limits: Limits) -> Source:
    """Open the primary picture; the codec's library is imported only when such a file arrives."""
    file = import_module("pillow_heif").open_heif(data)
    primary = file[file.primary_index]
    check_pixels(primary.size, limits.max_pixels)
    return Source(image=primary.to_pillow(), profile=primary.info.get("icc_profile"), frames=len(file))


def _without_exif(data: bytes) -> bytes:
    """
    Rename the EXIF item, so that the decoder does not parse it.

    A broken one would fail the picture, and its orientation has no say in this container.
    """
    start = 0
    for _ in range(_MAX_BOXES):
        size = int.from_bytes(data[start : start + 4], "big")
        if size == 1:
            size = int.from_bytes(data[start + _PLAIN_HEADER_BYTES : start + _LONG_HEADER_BYTES], "big")
        if size < _PLAIN_HEADER_BYTES:
            break
        if data[start + 4 : start + 8] == b"meta":
            meta = data[start : start + size].replace(b"Exif", b"skip")
            return data[:start] + meta + data[start + size :]
        start += size
    return data
