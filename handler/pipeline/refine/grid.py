"""The coarse grid on which the edge is worked out, and the tiles that are worked on."""

import math
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from handler.domain.image import Box, Bytes, Floats
from handler.pipeline.refine.guided import reach
from handler.pipeline.refine.place import NOISE, Place

# The grid has at least this many cells along the longer side, where the picture has as many pixels. Half of
# the model's own sight loses nothing that can be measured, and takes a quarter of the time.
CELLS_A_SIDE = 480
# Nor is a cell's side a smaller part of the matte's pixels, which would tell nothing more.
MATTE_PART = 0.5
# Cells around a cell in the filter's window: about as much of the picture whether it is reduced or not.
RADIUS = 2
RADIUS_UNREDUCED = 4
# Larger tiles fall out of the processor's cache and wake the matrix library's own threads; smaller ones are
# mostly margin.
LEAST_TILE_CELLS = 16
MOST_TILE_CELLS = 48
TILE_PX = 64
# A picture of nothing but fur takes no longer than this many pixels of edge; the rest is interpolated.
MOST_EDGE_PX = 3_000_000


class Kind(Enum):
    """What is to be done with a tile's pixels."""

    SOLID = auto()
    EDGE = auto()
    PLAIN = auto()


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of cells; it may reach over the picture's right and lower border."""

    kind: Kind
    cells: Box


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

    def window(self, cells: Box) -> Floats:
        """The matte in a tile and its margin."""
        rows = slice(cells.top, cells.top + cells.height + 2 * self.margin)
        return self.alpha[rows, cells.left : cells.left + cells.width + 2 * self.margin]

    def pixels(self, cells: Box) -> Box:
        """The pixels in a tile."""
        left, top = cells.left * self.scale, cells.top * self.scale
        width = min(cells.width * self.scale, self.width - left)
        return Box(left, top, width, min(cells.height * self.scale, self.height - top))

    def tiles(self) -> list[Tile]:
        """Every tile that is not empty; of the edge's, the most unsure ones come first."""
        # What lies deeper in a tile's margin is no reason to work on it: nothing of that would show.
        far = self.margin - self.radius
        near = self.alpha[far:-far, far:-far]
        span = self.side + 2 * self.radius
        windows = sliding_window_view(near, (span, span))[:: self.side, :: self.side]
        least, most = windows.min(axis=(2, 3)), windows.max(axis=(2, 3))
        solid = [Tile(Kind.SOLID, cells) for cells in self._squares(least >= 1)]
        doubt = (windows * (1 - windows)).sum(axis=(2, 3))[(least < 1) & (most > 0)]
        edge = self._squares((least < 1) & (most > 0))
        worked_out = MOST_EDGE_PX // (self.side * self.scale) ** 2
        ranked = np.argsort(-doubt, kind="stable").tolist()
        kinds = (Kind.EDGE if rank < worked_out else Kind.PLAIN for rank in range(len(ranked)))
        return solid + [Tile(kind, edge[index]) for kind, index in zip(kinds, ranked, strict=True)]

    def _squares(self, chosen: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]") -> list[Box]:
        side = self.side
        return [Box(column * side, row * side, side, side) for row, column in np.argwhere(chosen).tolist()]


def lay_grid(alpha: Bytes, place: Place) -> Grid:
    """Spread the matte over the grid of a place."""
    width, height = place.box.width, place.box.height
    scale = max(1, max(width, height) // CELLS_A_SIDE, int(place.coarseness * MATTE_PART))
    side = min(MOST_TILE_CELLS, max(LEAST_TILE_CELLS, TILE_PX // scale))
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
