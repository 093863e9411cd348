"""One picture to make from a cut-out: its shape, what lies behind, and its file."""

import math
from dataclasses import dataclass
from enum import StrEnum

from handler.domain.request.backdrop import Backdrop
from handler.domain.request.cut import Quality
from handler.domain.request.measure import NO_MARGINS, Margins


class Format(StrEnum):
    """
    The file format of an answer.

    A zip holds color.jpg, the whole frame, and alpha.png, the matte as grey. Auto is a PNG where
    anything is transparent, else a JPEG; no finished picture has it.
    """

    PNG = "png"
    JPG = "jpg"
    WEBP = "webp"
    AVIF = "avif"
    ZIP = "zip"
    AUTO = "auto"

    @property
    def media_type(self) -> str:
        """The content type that the format travels under."""
        if self is Format.ZIP:
            return "application/zip"
        return "image/jpeg" if self is Format.JPG else f"image/{self.value}"


class Compression(StrEnum):
    """How a PNG trades time for size; fast is about a sixth larger, and twenty times as fast."""

    FAST = "fast"
    SMALL = "small"


class Channels(StrEnum):
    """Which channels an answer has; alpha is the matte alone, as grey."""

    RGBA = "rgba"
    RGB = "rgb"
    ALPHA = "alpha"


class ColourSpace(StrEnum):
    """Whether colours become sRGB or stay in the source's own RGB space; the profile is embedded."""

    SRGB = "srgb"
    KEEP = "keep"


class Blend(StrEnum):
    """The light in which subject and backdrop are mixed."""

    SRGB = "srgb"
    LINEAR = "linear"


class Fit(StrEnum):
    """How a picture is brought into a frame."""

    CONTAIN = "contain"
    COVER = "cover"
    SCALE_DOWN = "scale-down"


@dataclass(frozen=True, slots=True)
class Crop:
    """
    A cut around the subject's bounds.

    Attributes:
        ratio: width and height of the smallest such box around bounds and margins; None is the bounds'.
    """

    margins: Margins = NO_MARGINS
    ratio: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where the subject stands: shares 0..1 of the room that it leaves; a half is the middle."""

    across: float = 0.5
    down: float = 0.5


@dataclass(frozen=True, slots=True)
class Frame:
    """A canvas of exact size in pixels; a side of None follows from the other."""

    width: int | None
    height: int | None
    fit: Fit = Fit.CONTAIN


@dataclass(frozen=True, slots=True)
class Shadow:
    """A soft dark copy of the subject, a little below it; the canvas does not grow for it."""

    opacity: float = 50.0


@dataclass(frozen=True, slots=True)
class Variant:
    """
    One picture to make from a cut-out.

    Attributes:
        max_side: the longest side in pixels after cropping; None keeps every pixel. Never enlarges.
        max_pixels: the most pixels after cropping, likewise.
        crop: cut down to the subject; None keeps the whole picture.
        scale: the subject's size in the canvas, 0.1..1; None leaves it.
        position: None leaves the subject where it is, or in the middle where it is scaled.
        frame: an exact canvas, in the place of both caps.
        uncut: the picture as it came, upright; nothing is cut out of it.
        channels: what the answer holds.
        background: what lies under the subject; None is transparent, or white where the answer has no
            alpha.
        shadow: on the background, under the subject.
        format: the file format.
        lossy_quality: 1..100, of a JPEG, WebP or AVIF.
        compression: of a PNG.
        quality: another than the request's, for this variant alone.
    """

    name: str = "default"
    max_side: int | None = None
    max_pixels: int | None = None
    crop: Crop | None = None
    scale: float | None = None
    position: Position | None = None
    frame: Frame | None = None
    uncut: bool = False
    channels: Channels = Channels.RGBA
    background: Backdrop | None = None
    shadow: Shadow | None = None
    blend: Blend = Blend.SRGB
    format: Format = Format.PNG
    lossy_quality: int = 85
    compression: Compression = Compression.FAST
    color: ColourSpace = ColourSpace.SRGB
    quality: Quality | None = None

    def size_for(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of a canvas of this size once both caps hold; integers round alike always."""
        across, down = width, height
        longest, most = max(width, height), self.max_pixels
        if self.max_side is not None and longest > self.max_side:
            across, down = (
                max(1, (2 * side * self.max_side + longest) // (2 * longest)) for side in (width, height)
            )
        if most is not None and width * height > most:
            # A side that would vanish stays one pixel, for which the other has to make room.
            across = min(across, most, max(1, math.isqrt(most * width // height)))
            down = min(down, most, max(1, math.isqrt(most * height // width)))
        return across, down


AS_IT_IS = Variant()
