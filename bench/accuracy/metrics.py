"""How far a cut-out is from the truth, by the measures of matting and of segmentation."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

EDGE_PX = 10
BOUNDARY_TOLERANCE_PX = 2
GRADIENT_SIGMA_PX = 1.4


MATTE_MEASURES = ("mae", "iou", "boundary_f", "sad", "grad", "edge10")


def matte_measures(alpha: Bytes, truth: Bytes) -> dict[str, float]:
    """
    Every measure that looks at alpha alone.

    mae is the mean difference, 0..1, and sad its sum in thousands. iou counts what is at least half opaque.
    boundary_f is the F measure of the outlines, which may lie two pixels apart. grad is the sum of squared
    differences of alpha's slope, in thousands. edge10 is the mean difference within ten pixels of the true
    outline.
    """
    difference = np.abs(alpha.astype(np.float32) - truth) / 255
    edge = grown(outline(truth), EDGE_PX)
    return {
        "mae": float(difference.mean()),
        "iou": intersection_over_union(alpha >= 128, truth >= 128),
        "boundary_f": boundary_f(alpha, truth),
        "sad": float(difference.sum()) / 1000,
        "grad": gradient_error(alpha, truth),
        "edge10": float(difference[edge].mean()) if edge.any() else 0.0,
    }


def intersection_over_union(found: Mask, true: Mask) -> float:
    """Two empty masks agree."""
    union = int((found | true).sum())
    return int((found & true).sum()) / union if union else 1.0


def outline(alpha: Bytes) -> Mask:
    """Subject pixels that touch background: within the picture, so its border is no outline."""
    solid = np.pad(alpha >= 128, 1, mode="edge")
    inner = solid[1:-1, 1:-1]
    around = solid[:-2, 1:-1] & solid[2:, 1:-1] & solid[1:-1, :-2] & solid[1:-1, 2:]
    return inner & ~around


def grown(mask: Mask, radius_px: int) -> Mask:
    """Every pixel at most that far from the mask."""
    padded = np.pad(mask, radius_px)
    height, width = mask.shape
    result = np.zeros_like(mask)
    for down in range(-radius_px, radius_px + 1):
        reach = int((radius_px**2 - down**2) ** 0.5)
        row = padded[radius_px + down : radius_px + down + height]
        counts = np.cumsum(np.pad(row, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
        first, last = radius_px - reach, radius_px + reach + 1
        result |= counts[:, last : last + width] > counts[:, first : first + width]
    return result


def boundary_f(alpha: Bytes, truth: Bytes) -> float:
    """Harmonic mean of how much of each outline lies near the other."""
    found, true = outline(alpha), outline(truth)
    if not found.any() or not true.any():
        return float(found.any() == true.any())
    precision = float(grown(true, BOUNDARY_TOLERANCE_PX)[found].mean())
    recall = float(grown(found, BOUNDARY_TOLERANCE_PX)[true].mean())
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def gradient_error(alpha: Bytes, truth: Bytes) -> float:
    """Compare the slopes, smoothed by a Gaussian, as the matting benchmark of 2009 does."""
    squares = (_slope(alpha) - _slope(truth)) ** 2
    return float(squares.sum()) / 1000


def _slope(alpha: Bytes) -> Floats:
    down, across = np.gradient(_gaussian(alpha.astype(np.float32) / np.float32(255)))
    slope: Floats = np.hypot(down, across).astype(np.float32)
    return slope


def _gaussian(values: Floats) -> Floats:
    reach = int(np.ceil(3 * GRADIENT_SIGMA_PX))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / GRADIENT_SIGMA_PX) ** 2).astype(np.float32)
    weights /= weights.sum()
    for axis in (0, 1):
        padded = np.pad(values, [(reach, reach) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
        length = values.shape[axis]
        lines = np.moveaxis(padded, axis, 0)
        smooth = sum(weight * lines[at : at + length] for at, weight in enumerate(weights))
        values = np.moveaxis(np.asarray(smooth, np.float32), 0, axis)
    return values
