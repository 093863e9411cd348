"""Tells the parts of a matte apart, and drops specks, and ghosts that the model nowhere believes in."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from handler.domain.image import Floats

# Parts are told apart on a grid about this fine: what lies nearer than one of its cells belongs together.
CELLS_A_SIDE = 256
LEAST_ALPHA = 0.1
# A part stays if the model is sure of it somewhere, and if it weighs something beside the largest part.
LEAST_PEAK = 0.5
LEAST_SHARE = 0.005

Labels = NDArray[np.int32]


def without_specks(alpha: Floats) -> Floats:
    """The same matte with nothing where a part was dropped."""
    found = _measured(alpha)
    dropped = (found.mass < LEAST_SHARE * found.mass.max()) | (found.peak < LEAST_PEAK)
    dropped[0] = False
    return np.where(found.spread(dropped), np.float32(0), alpha) if dropped.any() else alpha


def things(alpha: Floats, least_share: float) -> Iterator[Floats]:
    """Each part alone that fills this share of the whole, and of which the model is sure somewhere."""
    found = _measured(alpha)
    large = (found.mass >= least_share * found.labels.size) & (found.peak >= LEAST_PEAK)
    for number in np.flatnonzero(large):
        yield np.where(found.spread(np.arange(len(large)) == number), alpha, np.float32(0))


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """The parts on the grid; number 0 is what lies outside of all, and weighs nothing."""

    labels: Labels
    mass: Floats
    peak: Floats
    cell_px: int
    shape: tuple[int, ...]

    def spread(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Where the chosen parts lie, pixel by pixel."""
        rows = np.repeat(chosen[self.labels], self.cell_px, axis=0)[: self.shape[0]]
        return np.repeat(rows, self.cell_px, axis=1)[:, : self.shape[1]]


def _measured(alpha: Floats) -> _Parts:
    side = math.ceil(max(alpha.shape) / CELLS_A_SIDE)
    cells = _peaks(alpha, side)
    labels = parts(cells > LEAST_ALPHA)
    count = int(labels.max()) + 1
    mass = np.bincount(labels.ravel(), cells.ravel(), count).astype(np.float32)
    peak = np.zeros(count, np.float32)
    np.maximum.at(peak, labels.ravel(), cells.ravel())
    mass[0] = peak[0] = 0
    return _Parts(labels, mass, peak, side, alpha.shape)


def parts(mask: NDArray[np.bool_]) -> Labels:
    """Number the connected parts from 1, corners touching; 0 is outside."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    numbers = _joined(rows.tolist(), starts.tolist(), ends.tolist())
    labels = np.zeros(mask.shape, np.int32)
    labels[mask] = np.repeat(numbers, ends - starts)
    return labels


def _joined(rows: list[int], starts: list[int], ends: list[int]) -> Labels:
    """One number for every run of pixels, the same for runs that touch in neighbouring rows."""
    parent = list(range(len(rows)))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    above = 0
    for run, row in enumerate(rows):
        while rows[above] < row - 1 or (rows[above] == row - 1 and ends[above] < starts[run]):
            above += 1
        touching = above
        while rows[touching] == row - 1 and starts[touching] <= ends[run]:
            parent[root(touching)] = root(run)
            touching += 1
    roots = np.array([root(run) for run in range(len(rows))], np.int32)
    return np.unique(roots, return_inverse=True)[1].astype(np.int32) + 1


def _peaks(alpha: Floats, side: int) -> Floats:
    """The largest alpha in every square of that side, the last ones cut off by the border."""
    height, width = alpha.shape
    padded = np.pad(alpha, ((0, -height % side), (0, -width % side)))
    rows = reduce(np.maximum, (padded[i::side] for i in range(side)))
    return reduce(np.maximum, (rows[:, i::side] for i in range(side)))
