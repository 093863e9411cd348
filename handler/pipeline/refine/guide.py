"""What the filter is guided by: samples of the picture in every cell of the grid."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handler.domain.image import Box, Bytes, Floats
from handler.pipeline.refine.grid import Grid

# How much of what colour varies by within the cells counts. Without it the filter takes grain and weave,
# which it meets at full size only, for edges; but a part of it is the edges themselves.
WITHIN = np.float32(0.7)

_PAIRS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """
    A part of the picture and its margin, on the grid.

    Attributes:
        colour: 3 x height x width, the mean of every cell's samples, 0..1.
        products: 6 x height x width, the mean products of their red, green and blue with each other, in
            the order rr, rg, rb, gg, gb, bb.
    """

    colour: Floats
    products: Floats


def look(rgb: Bytes, grid: Grid, cells: Box) -> Guide:
    """Sample the picture in some cells and their margin; what lies beyond its border goes on as it ends."""
    rows = _samples(cells.top - grid.margin, cells.height + 2 * grid.margin, grid.scale, grid.height)
    columns = _samples(cells.left - grid.margin, cells.width + 2 * grid.margin, grid.scale, grid.width)
    seen = rgb[rows[:, None], columns]
    planes = np.empty((9, *seen.shape[:2]), np.float32)
    np.multiply(seen.transpose(2, 0, 1), np.float32(1 / 255), out=planes[:3])
    _multiply(planes)
    if grid.scale > 1:
        # The mean of four samples a cell, which lie in the quarters of the layers.
        height, width = len(rows) // 2, len(columns) // 2
        planes = planes[:, :height] + planes[:, height:]
        planes = planes[..., :width] + planes[..., width:]
        planes *= np.float32(0.25)
        within = planes[3:].copy()
        _multiply(planes)
        within -= planes[3:]
        planes[3:] += within * WITHIN
    return Guide(planes[:3], planes[3:])


def _multiply(planes: Floats) -> None:
    """Write the products of the first three layers behind them."""
    for place, (one, other) in enumerate(_PAIRS, start=3):
        np.multiply(planes[one], planes[other], out=planes[place])


def _samples(first: int, cells: int, scale: int, length: int) -> NDArray[np.intp]:
    """The pixels that are looked at along one side: the near one of every cell, then the far ones."""
    starts = np.arange(first, first + cells) * scale
    near, far = starts + scale // 4, starts + (scale - 1 - scale // 4)
    pixels = np.concatenate((near, far)) if scale > 1 else starts
    return pixels.clip(0, length - 1)
