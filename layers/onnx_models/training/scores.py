"""How close an alpha is to its truth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INSIDE = 0.5


@dataclass(frozen=True)
class Score:
    """Overlap of the binary shapes, and mean absolute error of the soft ones."""

    iou: float
    mae: float


def score(alpha: NDArray[np.float32], truth: NDArray[np.float32]) -> Score:
    """The score of one picture; both empty is a full overlap."""
    own, right = alpha >= INSIDE, truth >= INSIDE
    either = int((own | right).sum())
    iou = int((own & right).sum()) / either if either else 1.0
    return Score(iou, float(np.abs(alpha - truth).mean()))


def mean_score(scores: list[Score]) -> Score:
    """The mean of each figure."""
    return Score(float(np.mean([one.iou for one in scores])), float(np.mean([one.mae for one in scores])))
