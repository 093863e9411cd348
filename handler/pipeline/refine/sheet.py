"""What is cut out, as one piece or part by part."""

from dataclasses import dataclass

import numpy as np

from handler.domain.image import Box, Bytes

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
    """

    rgb: Bytes
    own: Bytes | None
    rgba: Bytes

    def part(self, box: Box) -> "Sheet":
        """The part in a box, as views."""
        here = np.s_[box.top : box.top + box.height, box.left : box.left + box.width]
        return Sheet(self.rgb[here], None if self.own is None else self.own[here], self.rgba[here])
