"""What is to be done where: the grid in tiles of one kind, gathered in blocks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from handler.domain.image import Box, Floats
from handler.pipeline.refine.grid import Grid

# A picture of nothing but fur takes no longer than this many pixels of edge; the rest is interpolated.
MOST_EDGE_PX = 3_000_000


class Kind(IntEnum):
    """What is to be done with a tile's pixels."""

    EMPTY = 0
    SOLID = 1
    EDGE = 2
    PLAIN = 3


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of cells; it may reach over the picture's right and lower border."""

    kind: Kind
    cells: Box


@dataclass(frozen=True, slots=True)
class Block:
    """
    Tiles that lie close together.

    Attributes:
        edge: the cells around all that are of the edge's kind, or None.
        tiles: those that are not empty.
    """

    edge: Box | None
    tiles: tuple[Tile, ...]


def blocks_of(grid: Grid) -> list[Block]:
    """Every block that is not empty."""
    kinds = _kinds(grid)
    rows, columns = kinds.shape
    found = [
        _block(kinds[top : top + grid.block, left : left + grid.block], top, left, grid.side)
        for top in range(0, rows, grid.block)
        for left in range(0, columns, grid.block)
    ]
    return [block for block in found if block.tiles]


def _kinds(grid: Grid) -> NDArray[np.uint8]:
    """The kind of every square of the tiles' side; past the bound, the surest of the edge's are plain."""
    # What lies deeper in a tile's margin is no reason to work on it: nothing of that would show.
    far = grid.margin - grid.radius
    near = grid.alpha[far:-far, far:-far]
    span = grid.side + 2 * grid.radius
    least, most = (_windows(near, span, grid.side, pick) for pick in (np.minimum, np.maximum))
    kinds = np.where(least >= 1, Kind.SOLID, np.where(most > 0, Kind.EDGE, Kind.EMPTY)).astype(np.uint8)
    edge = np.flatnonzero(kinds == Kind.EDGE)
    worked_out = MOST_EDGE_PX // (grid.side * grid.scale) ** 2
    if len(edge) > worked_out:
        doubt = _windows(near * (1 - near), span, grid.side, np.add).ravel()[edge]
        kinds.ravel()[edge[np.argsort(-doubt, kind="stable")[worked_out:]]] = Kind.PLAIN
    return kinds


def _windows(values: Floats, span: int, step: int, pick: Callable[[Floats, Floats], Floats]) -> Floats:
    """The pick of square windows that begin a step from each other."""
    for _ in range(2):
        count = (len(values) - span) // step + 1
        lines = [values[first : first + (count - 1) * step + 1 : step] for first in range(span)]
        picked = lines[0]
        for line in lines[1:]:
            picked = pick(picked, line)
        values = picked.T
    return values


def _block(kinds: NDArray[np.uint8], top: int, left: int, side: int) -> Block:
    edge = np.argwhere(kinds == Kind.EDGE)
    box = None
    if len(edge):
        (first, start), (last, end) = edge.min(axis=0).tolist(), edge.max(axis=0).tolist()
        box = _cells(top + first, left + start, last + 1 - first, end + 1 - start, side)
    if (kinds == kinds[0, 0]).all() and kinds[0, 0] == Kind.SOLID:
        height, width = kinds.shape
        return Block(None, (Tile(Kind.SOLID, _cells(top, left, height, width, side)),))
    tiles = [
        Tile(kind, _cells(top + row, left + start, 1, width, side))
        for row, line in enumerate(kinds.tolist())
        for kind, start, width in _runs(line)
        if kind is not Kind.EMPTY
    ]
    return Block(box, tuple(tiles))


def _runs(line: list[int]) -> Iterator[tuple[Kind, int, int]]:
    """The kind, the start and the length of every run of equals."""
    start = 0
    for at in range(1, len(line) + 1):
        if at == len(line) or line[at] != line[start]:
            yield Kind(line[start]), start, at - start
            start = at


def _cells(top: int, left: int, height: int, width: int, side: int) -> Box:
    return Box(left * side, top * side, width * side, height * side)
