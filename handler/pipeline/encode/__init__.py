"""From a finished canvas to the bytes of a file; the same canvas gives the same bytes, always."""

from handler.domain.errors import InvalidParameterError
from handler.domain.image import Canvas, size_of
from handler.domain.request import Compression, Format
from handler.pipeline.encode.jpeg import write_jpeg
from handler.pipeline.encode.png import write_png
from handler.pipeline.encode.small_png import write_small_png
from handler.pipeline.encode.webp import write_webp

_MAX_SIDE = {Format.JPG: 65_500, Format.WEBP: 16_383}
_DEFAULT_THREADS = 2


def encode(
    canvas: Canvas,
    file_format: Format,
    compression: Compression = Compression.FAST,
    threads: int = _DEFAULT_THREADS,
) -> bytes:
    """Encode a canvas; the number of threads does not change the bytes."""
    _check_fit(canvas, file_format)
    pixels = canvas.pixels
    if file_format is Format.JPG:
        return write_jpeg(pixels)
    if file_format is Format.WEBP:
        return write_webp(pixels)
    return write_small_png(pixels) if compression is Compression.SMALL else write_png(pixels, threads)


def _check_fit(canvas: Canvas, file_format: Format) -> None:
    side = max(size_of(canvas.pixels))
    limit = _MAX_SIDE.get(file_format)
    if limit is not None and side > limit:
        expected = f"a format without {file_format.value}'s limit of {limit} pixels a side"
        raise InvalidParameterError("format", expected, f"{file_format.value} for a side of {side} pixels")
    if file_format is Format.JPG and canvas.pixels.ndim == 3 and canvas.pixels.shape[2] == 4:
        raise InvalidParameterError("format", "one that holds transparency", file_format.value)
