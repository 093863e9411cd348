"""Samples of more than 8 bits, brought to 8 without cutting any off."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from handler.domain.image import Bytes

DEEP_MODES = {"I", "I;16", "I;16B", "I;16L", "I;16N", "F"}
_WHITE_OF_BYTES, _WHITE_OF_SHORTS, _WHITE_OF_INTS = 0xFF, 0xFFFF, 0x7FFFFFFF


def white_of(image: Image.Image) -> float:
    """
    The sample that means white.

    Integers of 32 bits and floats do not say so themselves: the least usual white above all samples is taken.
    """
    if image.mode.startswith("I;16"):
        return _WHITE_OF_SHORTS
    brightest = np.asarray(image.getextrema(), np.float64).max()
    whites = (1.0, _WHITE_OF_BYTES, _WHITE_OF_SHORTS) if image.mode == "F" else (_WHITE_OF_SHORTS,)
    # Put so that what is no number exceeds nothing.
    return next((white for white in whites if not brightest > white), _WHITE_OF_INTS)


def to_bytes(samples: NDArray[np.generic], white: float) -> Bytes:
    """Grey samples scaled so that white becomes 255."""
    numbers = np.clip(np.nan_to_num(samples.astype(np.float32)), 0, np.float32(white))
    rounded: Bytes = (numbers * np.float32(255 / white) + np.float32(0.5)).astype(np.uint8)
    return rounded
