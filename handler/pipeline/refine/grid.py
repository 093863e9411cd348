"""The coarse grid on which the edge is worked out."""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from handler.domain.image import Box, Bytes, Floats
from handler.pipeline.refine.guided import reach
from handler.pipeline.refine.place import NOISE, Place

# The grid has about this many cells along the longer side, where the picture has as many pixels. Half of
# the model's own sight loses nothing that can be measured, and takes a quarter of the time.
CELLS_A_SIDE = 400
# Nor is a cell's side a smaller part of the matte's pixels, which would tell nothing more.
MATTE_PART = 0.5
# Cells around a cell in the filter's window: about as much of the picture whether it is reduced or not.
RADIUS = 2
RADIUS_UNREDUCED = 4
# Tiles about as long as this, of whole cells: smaller ones cost more to begin than to work on.
TILE_PX = 48
LEAST_TILE_CELLS = 8
# The filter works on blocks of about as many cells: smaller ones are mostly margin, larger ones hold
# too much that is no edge, and fall out of the processor's cache.
BLOCK_CELLS = 96


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """
    A matte on the grid.

    Attributes:
        width: of the place that the grid covers, in pixels.
        height: likewise.
        scale: pixels along a cell's side.
        side: cells along a tile's side.
        radius: of the filter's windows, in cells.
        alpha: 0..1, as large as the tiles and with a margin of the filter's reach around them.
    """

    width: int
    height: int
    scale: int
    side: int
    radius: int
    alpha: Floats

    @property
    def margin(self) -> int:
        """Cells around a tile on which its pixels depend."""
        return reach(self.radius)

    @property
    def block(self) -> int:
        """Tiles along a block's side."""
        return max(1, round(BLOCK_CELLS / self.side))

    def window(self, cells: Box) -> Floats:
        """The matte in some cells and their margin."""
        rows = slice(cells.top, cells.top + cells.height + 2 * self.margin)
        return self.alpha[rows, cells.left : cells.left + cells.width + 2 * self.margin]

    def pixels(self, cells: Box) -> Box:
        """The pixels in some cells."""
        left, top = cells.left * self.scale, cells.top * self.scale
        width = min(cells.width * self.scale, self.width - left)
        return Box(left, top, width, min(cells.height * self.scale, self.height - top))


def lay_grid(alpha: Bytes, place: Place) -> Grid:
    """Spread the matte over the grid of a place."""
    width, height = place.box.width, place.box.height
    scale = max(1, max(width, height) // CELLS_A_SIDE, int(place.coarseness * MATTE_PART))
    side = max(LEAST_TILE_CELLS, TILE_PX // scale)
    columns, rows = -(-width // scale), -(-height // scale)
    coarse = _resampled(alpha, place, (columns * scale / width, rows * scale / height), (columns, rows))
    sure = np.clip((coarse * np.float32(1 / 255) - NOISE) / (1 - 2 * NOISE), 0, 1, dtype=np.float32)
    radius = RADIUS if scale > 1 else RADIUS_UNREDUCED
    margin = [(reach(radius), reach(radius) + -cells % side) for cells in (rows, columns)]
    return Grid(width, height, scale, side, radius, np.pad(sure, margin, mode="edge"))


def _resampled(alpha: Bytes, place: Place, excess: tuple[float, float], size: tuple[int, int]) -> Bytes:
    """The matte in a place, and in the excess by which the last cells reach over its border."""
    left, top, right, bottom = place.seen
    right, bottom = left + (right - left) * excess[0], top + (bottom - top) * excess[1]
    rows, columns = alpha.shape
    # What lies beyond the matte goes on as it ends.
    before = math.ceil(max(0.0, -top)), math.ceil(max(0.0, -left))
    after = math.ceil(max(0.0, bottom - rows)), math.ceil(max(0.0, right - columns))
    image = Image.fromarray(np.pad(alpha, tuple(zip(before, after, strict=True)), mode="edge"))
    box = left + before[1], top + before[0], right + before[1], bottom + before[0]
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR, box))
