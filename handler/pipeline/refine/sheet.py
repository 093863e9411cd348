"""What is cut out, as one piece or part by part."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from handler.domain.image import Box, Bytes

# A pixel as one number: red in the lowest byte, then green, blue and alpha.
Words = NDArray[np.uint32]
WORD = np.dtype("<u4")
COLOUR = np.uint32(0x00FFFFFF)
OPAQUE = np.uint32(0xFF000000)

# One at a time: numpy copies three bytes at once far slower.
COLOURS = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """
    A picture and what it becomes; the one thing here that is written to.

    Attributes:
        rgb: height x width x 3.
        own: height x width, the source's transparency, or None where it does not count.
        rgba: height x width x 4, the cut-out.
        is_end: whether no further row of the picture follows.
    """

    rgb: Bytes
    own: Bytes | None
    rgba: Bytes
    is_end: bool = True

    def part(self, box: Box) -> "Sheet":
        """The part in a box, as views."""
        here = np.s_[box.top : box.top + box.height, box.left : box.left + box.width]
        own = None if self.own is None else self.own[here]
        is_end = self.is_end and box.top + box.height == len(self.rgb)
        return Sheet(self.rgb[here], own, self.rgba[here], is_end)

    @property
    def pixels(self) -> Words:
        """The cut-out's pixels, to be written to."""
        return self.rgba.view(WORD)[..., 0]

    def fill(self) -> None:
        """Write the picture as it is."""
        np.bitwise_or(self._seen(), OPAQUE, out=self.pixels)

    def lay(self, alpha: Bytes) -> Bytes:
        """Write the picture where it shows, and tell what is left of its alpha by the source's own."""
        if self.own is not None:
            alpha = _product(alpha, self.own)
        pixels = alpha.astype(WORD)
        pixels <<= 24
        pixels |= self._seen() & COLOUR
        np.multiply(pixels, alpha > 0, out=self.pixels)
        return alpha

    def _seen(self) -> Words:
        """The picture's pixels, whatever in their highest bytes: numbers take half as long to copy."""
        height, width = self.rgb.shape[:2]
        if self.is_end:
            octets = np.zeros((height, width, 4), np.uint8)
            for channel in COLOURS:
                octets[..., channel] = self.rgb[..., channel]
        else:
            # Four bytes from every third one: the fourth is the next pixel's.
            octets = as_strided(self.rgb, (height, width, 4), (*self.rgb.strides[:2], 1), writeable=False)
        return octets.view(WORD)[..., 0]


def _product(one: Bytes, other: Bytes) -> Bytes:
    """The product of two shares, rounded."""
    product = one.astype(np.uint16) * other + 128
    return ((product + (product >> 8)) >> 8).astype(np.uint8)
