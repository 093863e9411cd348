"""The coarse grid on which the edge is worked out, about as fine as the model's own sight."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from PIL import Image

from handler.domain.image import Box, Floats
from handler.pipeline.refine.guided import REACH

# The grid has at least this many cells along the longer side, where the picture has as many pixels.
CELLS_A_SIDE = 1024
LEAST_TILE_CELLS = 32
LEAST_TILE_PX = 64
# What the model leaves of nothing, or lacks of everything, is its noise and not the subject's softness.
NOISE = np.float32(0.08)
# A picture of nothing but fur takes no longer than this many pixels of edge; the rest is interpolated.
MOST_EDGE_PX = 5_000_000


class Kind(Enum):
    """What is to be done with a tile's pixels."""

    SOLID = auto()
    EDGE = auto()
    PLAIN = auto()


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of cells, cut off at the right and the bottom."""

    kind: Kind
    cells: Box


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """
    A matte on the grid.

    Attributes:
        width: the picture's, in pixels.
        height: likewise.
        scale: pixels along a cell's side; the last cells may reach over the picture's border.
        alpha: 0..1, with a margin of REACH cells on every side.
    """

    width: int
    height: int
    scale: int
    alpha: Floats

    def window(self, cells: Box) -> Floats:
        """The matte in a tile and REACH cells around it."""
        rows = slice(cells.top, cells.top + cells.height + 2 * REACH)
        return self.alpha[rows, cells.left : cells.left + cells.width + 2 * REACH]

    def pixels(self, cells: Box) -> Box:
        """The pixels in a tile."""
        left, top = cells.left * self.scale, cells.top * self.scale
        width = min(cells.width * self.scale, self.width - left)
        return Box(left, top, width, min(cells.height * self.scale, self.height - top))

    def tiles(self) -> list[Tile]:
        """Every tile that is not empty; of the edge's, the most unsure ones first."""
        solid, edge = [], []
        for cells in self._squares():
            window = self.window(cells)
            if window.min() >= 1:
                solid.append(Tile(Kind.SOLID, cells))
            elif window.max() > 0:
                edge.append((float((window * (1 - window)).sum()), cells))
        edge.sort(key=lambda doubt_and_cells: -doubt_and_cells[0])
        side_px = self._side * self.scale
        worked_out = max(1, MOST_EDGE_PX // (side_px * side_px))
        kinds = (Kind.EDGE if rank < worked_out else Kind.PLAIN for rank in range(len(edge)))
        return solid + [Tile(kind, cells) for kind, (_, cells) in zip(kinds, edge, strict=True)]

    @property
    def _side(self) -> int:
        return max(LEAST_TILE_CELLS, LEAST_TILE_PX // self.scale)

    def _squares(self) -> Iterator[Box]:
        rows, columns = (cells - 2 * REACH for cells in self.alpha.shape)
        for top in range(0, rows, self._side):
            for left in range(0, columns, self._side):
                yield Box(left, top, min(self._side, columns - left), min(self._side, rows - top))


def lay_grid(alpha: Floats, width: int, height: int) -> Grid:
    """Spread the matte of a whole picture over its grid."""
    scale = max(1, max(width, height) // CELLS_A_SIDE)
    columns, rows = -(-width // scale), -(-height // scale)
    across, down = columns * scale / width * alpha.shape[1], rows * scale / height * alpha.shape[0]
    # The last cells reach over the picture's border, so the matte must go on there.
    beyond = (0, math.ceil(down) - alpha.shape[0]), (0, math.ceil(across) - alpha.shape[1])
    image = Image.fromarray(np.pad(alpha, beyond, mode="edge"))
    coarse = np.asarray(image.resize((columns, rows), Image.Resampling.BILINEAR, (0, 0, across, down)))
    sure = np.clip((coarse - NOISE) / (1 - 2 * NOISE), 0, 1)
    return Grid(width, height, scale, np.pad(sure, REACH, mode="edge"))
