"""The frozen values that pipeline steps exchange: arrays inside, no image library's object."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """
    A decoded source: upright, 8 bits, in sRGB or in colours of its own that are kept.

    Attributes:
        rgb: height x width x 3, straight colour.
        alpha: height x width, the source's own transparency, or None where it has none.
        full_width: the upright source's width, of which rgb may be a reduced decoding.
        full_height: likewise.
        source_format: the format that the bytes really had, such as "jpeg".
        frames: how many frames the source had; only the first is decoded.
        profile: what the colours mean where they are not sRGB.
    """

    rgb: Bytes
    alpha: Bytes | None
    full_width: int
    full_height: int
    source_format: str
    frames: int = 1
    profile: bytes | None = None


class Review(StrEnum):
    """Why a person should look at a cut-out before it is used."""

    NO_SUBJECT = "no_subject"
    LOW_CONTRAST = "low_contrast"
    TOUCHES_BORDER = "touches_border"
    SEVERAL_SUBJECTS = "several_subjects"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, eq=False)
class Matte:
    """
    All that the costly part of a cut-out finds, small enough to be kept.

    Attributes:
        alpha: height x width of 0..255 at the model's own size, to be spread over the box.
        box: the part of the upright source, in pixels of its full size; all around it is background.
        model: the label of the model that ran.
        confidence: how likely the cut-out is a good one, 0..1.
        ambiguous_ratio: the share of the picture that is neither subject nor background, 0..1.
        review: why a person should look at it, the weightiest reason first; empty where there is none.
        subjects: how many things lie apart from each other and may be meant.
    """

    alpha: Bytes
    box: Box
    model: str
    confidence: float
    ambiguous_ratio: float
    review: tuple[Review, ...] = ()
    subjects: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """
    The subject at the picture's size.

    Attributes:
        rgba: height x width x 4; colour is straight, cleaned of the old background, and zero where
            alpha is.
        subject: the subject's bounds.
    """

    rgba: Bytes
    subject: Box

    @property
    def rgb(self) -> Bytes:
        """The colour alone, as a view."""
        return self.rgba[..., :3]

    @property
    def alpha(self) -> Bytes:
        """The transparency alone, as a view."""
        return self.rgba[..., 3]


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """
    A finished composition, ready to be encoded.

    Attributes:
        pixels: height x width (grey), x 3 (RGB) or x 4 (RGBA, straight).
        subject: the subject's bounds on this canvas.
    """

    pixels: Bytes
    subject: Box


def size_of(pixels: NDArray[Any]) -> tuple[int, int]:
    """Width and height of an image array."""
    return int(pixels.shape[1]), int(pixels.shape[0])
