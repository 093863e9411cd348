"""From the grid's cells to the picture's pixels."""

from functools import lru_cache

import numpy as np

from handler.domain.image import Floats

_BLOCK_ROWS = 16
# Lengths and scales that are remembered; a picture has some ten, and those of a long strip are megabytes.
_KEPT = 32


def zoomed(layers: Floats, scale: int, size: tuple[int, int]) -> Floats:
    """Interpolate layers that are one cell wider on every side than the pixels wanted."""
    width, height = size
    if scale == 1:
        return layers[:, 1 : height + 1, 1 : width + 1].copy()
    # Of cells that reach over the picture's border only what its pixels need: a strip's are far larger.
    layers = layers[:, : -(-height // scale) + 2, : -(-width // scale) + 2]
    wide: Floats = np.matmul(
        _rows(layers.shape[1], scale), (layers @ _between(layers.shape[2], scale).T)[:, None]
    )
    return wide.reshape(len(layers), -1, wide.shape[-1])[:, :height, :width]


@lru_cache(_KEPT)
def _between(cells: int, scale: int) -> Floats:
    """Weights of cells (columns) in the pixels between their centres (rows), the outermost left out."""
    centre = (np.arange((cells - 2) * scale, dtype=np.float32) + np.float32(0.5)) / scale + np.float32(0.5)
    distance = np.abs(centre[:, None] - np.arange(cells, dtype=np.float32))
    weights: Floats = np.maximum(0, 1 - distance)
    return weights


@lru_cache(_KEPT)
def _rows(cells: int, scale: int) -> Floats:
    """The same in blocks of few rows: larger products would wake the matrix library's own threads."""
    weights = _between(cells, scale)
    filled = np.pad(weights, ((0, -len(weights) % _BLOCK_ROWS), (0, 0)))
    return filled.reshape(-1, _BLOCK_ROWS, cells)
