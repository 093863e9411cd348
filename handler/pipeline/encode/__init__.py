"""From a finished canvas to the bytes of a file; the same canvas gives the same bytes, always."""

from collections.abc import Callable
from dataclasses import dataclass, field

from handler.domain.errors import InvalidParameterError
from handler.domain.image import Bytes, Canvas, size_of
from handler.domain.request import Compression, Format, Variant
from handler.pipeline.encode.avif import write_avif
from handler.pipeline.encode.jpeg import write_jpeg
from handler.pipeline.encode.png import write_png
from handler.pipeline.encode.small_png import write_small_png
from handler.pipeline.encode.srgb import srgb_profile
from handler.pipeline.encode.webp import write_webp
from handler.pipeline.encode.zip import write_zip

_MAX_SIDE = {Format.JPG: 65_500, Format.WEBP: 16_383, Format.AVIF: 65_535, Format.ZIP: 65_500}
# Its encoder takes over twenty bytes a pixel, and nobody can stop it once it has begun.
_MAX_AVIF_PIXELS = 25_000_000
_DEFAULT_THREADS = 2
_LOSSY: dict[Format, Callable[[Bytes, int, bytes], bytes]] = {
    Format.JPG: write_jpeg,
    Format.WEBP: write_webp,
    Format.AVIF: write_avif,
}


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """
    A finished file.

    Attributes:
        format: what it really is, never auto.
    """

    body: bytes = field(repr=False)
    format: Format


def encode(
    canvas: Canvas, variant: Variant, threads: int = _DEFAULT_THREADS, profile: bytes | None = None
) -> EncodedFile:
    """
    Encode a canvas as its variant asks; the number of threads does not change the bytes.

    The profile is that of the canvas's colours where they are not sRGB.
    """
    pixels, file_format = canvas.pixels, variant.format
    if file_format is Format.AUTO:
        pixels, file_format = _decided(pixels)
    _check_fit(pixels, file_format)
    lossy = _LOSSY.get(file_format)
    if lossy is not None:
        body = lossy(pixels, variant.lossy_quality, profile or srgb_profile())
    elif file_format is Format.ZIP:
        body = write_zip(pixels, variant.lossy_quality, profile or srgb_profile(), threads)
    elif variant.compression is Compression.SMALL:
        body = write_small_png(pixels, profile)
    else:
        body = write_png(pixels, threads, profile)
    return EncodedFile(body, file_format)


def _decided(pixels: Bytes) -> tuple[Bytes, Format]:
    """A PNG where anything is transparent or is a matte, which bears no loss; else a JPEG."""
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    if channels == 1 or (channels == 4 and pixels[..., 3].min() < 255):
        return pixels, Format.PNG
    return pixels[..., :3], Format.JPG


def _check_fit(pixels: Bytes, file_format: Format) -> None:
    width, height = size_of(pixels)
    side = max(width, height)
    limit = _MAX_SIDE.get(file_format)
    if limit is not None and side > limit:
        expected = f"a format without {file_format.value}'s limit of {limit} pixels a side"
        raise InvalidParameterError("format", expected, f"{file_format.value} for a side of {side} pixels")
    if file_format is Format.AVIF and width * height > _MAX_AVIF_PIXELS:
        expected = f"a format without avif's limit of {_MAX_AVIF_PIXELS} pixels"
        raise InvalidParameterError("format", expected, f"avif for {width * height} pixels")
    if file_format is Format.JPG and pixels.ndim == 3 and pixels.shape[2] == 4:
        raise InvalidParameterError("format", "one that holds transparency", file_format.value)
