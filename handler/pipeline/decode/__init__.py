"""From the bytes of a file to an upright picture, whatever the bytes are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from handler.domain.errors import ClearcutError, ImageTooLargeError, UnreadableImageError
from handler.domain.image import Picture
from handler.domain.limits import Limits
from handler.pipeline.decode.bmp import open_bmp
from handler.pipeline.decode.exr import open_exr
from handler.pipeline.decode.gif import open_gif
from handler.pipeline.decode.hdr import open_hdr
from handler.pipeline.decode.heif import open_avif, open_heic
from handler.pipeline.decode.jpeg import open_jpeg
from handler.pipeline.decode.pixels import develop, upright_size
from handler.pipeline.decode.png import open_png
from handler.pipeline.decode.psd import open_psd
from handler.pipeline.decode.raw import open_raw
from handler.pipeline.decode.sgi import open_sgi
from handler.pipeline.decode.sniff import format_of
from handler.pipeline.decode.source import Source
from handler.pipeline.decode.tga import open_tga
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
    "raw": open_raw,
    "psd": open_psd,
    "exr": open_exr,
    "hdr": open_hdr,
    "tga": open_tga,
    "sgi": open_sgi,
}
# JPEG's decoder gives an eighth, a quarter or half of the size, and cheaply; of a camera's raw file four
# pixels of the sensor, one of each colour and a second green, make one without guessing.
_DRAFT_SCALES = {"jpeg": (8, 4, 2), "raw": (2,)}


@dataclass(frozen=True, slots=True)
class Head:
    """
    What the first bytes of a file tell, before any pixel is decoded.

    Attributes:
        full_width: upright.
        full_height: likewise.
        has_profile: whether the colours may be others than sRGB's.
    """

    full_width: int
    full_height: int
    source_format: str
    frames: int
    has_profile: bool

    def scale_for(self, at_least: int) -> int:
        """The largest part, 1 in so many, that can be had cheaply and whose longest side is so long."""
        side = max(self.full_width, self.full_height)
        scales = _DRAFT_SCALES.get(self.source_format, ())
        # The decoder rounds reduced sides up.
        return next((scale for scale in scales if -(-side // scale) >= at_least), 1)


def read_head(data: bytes, limits: Limits) -> Head:
    """Tell what a file holds, or refuse it."""
    return _open(data, limits)[0]


def decode(
    data: bytes, limits: Limits, at_least: int | None = None, *, keep_colours: bool = False
) -> Picture:
    """
    Decode the first frame, in sRGB unless an RGB profile of its own is to be kept.

    With `at_least`, a JPEG or a camera's raw file may come reduced, its longest side still that long.
    """
    head, source = _open(data, limits)
    with _reading(head.source_format):
        scale = 1 if at_least is None else head.scale_for(at_least)
        found = develop(source, scale, keep_colours=keep_colours)
    return Picture(
        rgb=found.rgb,
        alpha=found.alpha,
        full_width=head.full_width,
        full_height=head.full_height,
        source_format=head.source_format,
        frames=head.frames,
        profile=found.profile,
    )


def _open(data: bytes, limits: Limits) -> tuple[Head, Source]:
    if len(data) > limits.max_bytes:
        raise ImageTooLargeError(f"The file has {len(data)} bytes; at most {limits.max_bytes} are taken")
    source_format = format_of(data)
    with _reading(source_format):
        source = _OPENERS[source_format](data, limits)
        size = upright_size(source.image.size, source.orientation)
        return Head(*size, source_format, source.frames, source.profile is not None), source


@contextmanager
def _reading(source_format: str) -> Iterator[None]:
    try:
        yield
    except ClearcutError:
        raise
    # Hostile bytes make decoders raise anything at all: no list of their exceptions stays complete.
    except Exception as error:
        raise UnreadableImageError(f"The {source_format} file ends early or is damaged") from error
