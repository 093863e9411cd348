"""How much of a matte is decided, and how to decide more of it."""

import numpy as np
from PIL import Image, ImageFilter

from handler.domain.image import Floats

# Alpha below and above these is a decision; between them the model is in doubt, or the subject is soft.
CLEARLY_BACKGROUND = 0.1
CLEARLY_SUBJECT = 0.9
# Where the model holds nothing for more than half a subject, there is none.
LEAST_PEAK = 0.5

# Doubt is looked for at this size, or half the matte's own where that is less: there an edge is thinner.
_SIDE = 256
# A half tone between a darker and a lighter neighbour is an edge. Without them it is haze: alpha spans less
# than this within so many pixels on each side.
EDGE_SPAN = 0.5
_NEAR_PX = 2

# When haze is cleared, an alpha this far from the middle is a decision; at an edge none is needed.
_HAZE_HALF_WIDTH = 0.03
_EDGE_HALF_WIDTH = 0.5
# What alpha spans near haze at most, near an edge at least, and how near that is.
_HAZE_SPAN = 0.6
_SURE_EDGE_SPAN = 0.9
_CLEARING_PX = 4


def decisiveness(alpha: Floats) -> float:
    """
    The mean of |2a - 1| over all that is not clearly background.

    1 where every alpha is 0 or 1, 0 where all that may be subject is half of one.
    """
    doubtful = alpha[alpha >= CLEARLY_BACKGROUND]
    return float(np.abs(2 * doubtful - 1).mean()) if doubtful.size else 1.0


def haziness(alpha: Floats) -> float:
    """The share of haze in all that is not clearly background."""
    small = _small(alpha)
    seen = small >= CLEARLY_BACKGROUND
    haze = seen & (small <= CLEARLY_SUBJECT) & (_span(small, _NEAR_PX) < EDGE_SPAN)
    return float(haze.sum() / max(1, seen.sum()))


def clarity(alpha: Floats) -> float:
    """How sure the model is of what the subject is, 0..1; soft edges count for less than haze."""
    if float(alpha.max()) < LEAST_PEAK:
        return 0.0
    return decisiveness(alpha) * (1 - haziness(alpha))


def ambiguous_ratio(alpha: Floats) -> float:
    """The share of all that is neither clearly background nor clearly subject."""
    return float(((alpha >= CLEARLY_BACKGROUND) & (alpha <= CLEARLY_SUBJECT)).mean())


def _edges(alpha: Floats) -> Floats:
    """How near every pixel is to an edge or a strand, 1, or else in a plain of one alpha, 0."""
    height, width = alpha.shape
    near = (_span(_small(alpha), _CLEARING_PX) - _HAZE_SPAN) / (_SURE_EDGE_SPAN - _HAZE_SPAN)
    image = Image.fromarray(np.clip(near, 0, 1, dtype=np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


def without_haze(alpha: Floats) -> Floats:
    """Decide where the model would not, and leave soft edges as they are."""
    share = _edges(alpha)
    half_width = share * _EDGE_HALF_WIDTH + (1 - share) * _HAZE_HALF_WIDTH
    decided: Floats = np.clip((alpha - 0.5) / (2 * half_width) + 0.5, 0, 1).astype(np.float32)
    return decided


def agreement(one: Floats, other: Floats) -> float:
    """How much of what either holds for subject both do, 0..1."""
    return float(np.minimum(one, other).sum() / max(1.0, float(np.maximum(one, other).sum())))


def _small(alpha: Floats) -> Floats:
    side = min(_SIDE, -(-max(alpha.shape) // 2))
    return np.asarray(Image.fromarray(alpha).resize((side, side), Image.Resampling.BOX))


def _bytes(alpha: Floats) -> Image.Image:
    return Image.fromarray(np.rint(np.clip(alpha, 0, 1) * 255).astype(np.uint8))


def _span(alpha: Floats, radius_px: int) -> Floats:
    """The largest less the smallest alpha within so many pixels of each."""
    image = _bytes(alpha)
    most, least = (
        np.asarray(image.filter(rank(2 * radius_px + 1)), np.float32)
        for rank in (ImageFilter.MaxFilter, ImageFilter.MinFilter)
    )
    return (most - least) / np.float32(255)
