"""What a caller may ask for, in one closed set of types that every dialect translates to."""

import math
from dataclasses import dataclass, field
from enum import StrEnum


class Format(StrEnum):
    """The file format of an answer."""

    PNG = "png"
    JPG = "jpg"
    WEBP = "webp"

    @property
    def media_type(self) -> str:
        """The content type that the format travels under."""
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


@dataclass(frozen=True, slots=True)
class Colour:
    """An sRGB colour with straight alpha, each 0..255."""

    red: int
    green: int
    blue: int
    alpha: int = 255


WHITE = Colour(255, 255, 255)


@dataclass(frozen=True, slots=True)
class Variant:
    """
    One picture to make from a cut-out.

    Attributes:
        max_side: the longest side in pixels after cropping; None keeps every pixel. Never enlarges.
        max_pixels: the most pixels after cropping, likewise.
        crop: cut down to the subject's bounds.
        channels: what the answer holds.
        background: the colour under the subject; None is transparent, or white where the answer
            has no alpha.
        format: the file format.
        compression: of a PNG.
    """

    max_side: int | None = None
    max_pixels: int | None = None
    crop: bool = False
    channels: Channels = Channels.RGBA
    background: Colour | None = None
    format: Format = Format.PNG
    compression: Compression = Compression.FAST

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


@dataclass(frozen=True, slots=True)
class ImageUrl:
    """Where a picture is to be had; it may carry a signature, so it is never shown."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CutoutRequest:
    """Cut the subject out of one picture."""

    source: bytes | ImageUrl = field(repr=False)
    variant: Variant = Variant()


@dataclass(frozen=True, slots=True)
class BalanceRequest:
    """Tell the caller's own balance."""


Intent = CutoutRequest | BalanceRequest
