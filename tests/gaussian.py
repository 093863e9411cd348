"""The blur that others are held against."""

import numpy as np
from numpy.typing import NDArray

from handler.domain.image import Bytes


def by_the_book(pixels: Bytes, sigma: float) -> NDArray[np.float64]:
    """The sum over every neighbour within four sigmas, one axis after the other."""
    reach = int(4 * sigma + 1)
    weights = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    result = pixels.astype(float)
    for axis in (0, 1):
        room = [(0, 0)] * pixels.ndim
        room[axis] = (reach, reach)
        wide = np.pad(result, room, mode="edge")
        shifted = (np.take(wide, np.arange(result.shape[axis]) + step, axis) for step in range(2 * reach + 1))
        result = sum(weight * part for weight, part in zip(weights / weights.sum(), shifted, strict=True))
    return result
