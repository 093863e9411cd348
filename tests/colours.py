"""Colours as the eye tells them apart, computed without the library under test."""

import numpy as np
from numpy.typing import NDArray

from handler.domain.image import Bytes

# From linear sRGB under the connection space's white to its XYZ.
SRGB_COLUMNS = np.array(
    [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.7141]]
)


def linear(rgb: Bytes) -> NDArray[np.float64]:
    """Light instead of sRGB's numbers."""
    share = rgb / 255.0
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(rgb: Bytes) -> NDArray[np.float64]:
    """CIE L*a*b* of sRGB, computed without the library under test."""
    ratio = linear(rgb) @ SRGB_COLUMNS / SRGB_COLUMNS.sum(axis=0)
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def delta_e(first: Bytes, second: Bytes) -> float:
    """The largest colour difference."""
    return float(np.linalg.norm(lab(first) - lab(second), axis=-1).max())
