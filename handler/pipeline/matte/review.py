"""How likely a matte is a good one, and what a person should look at where it is not."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from handler.domain.image import Bytes, Floats, Review
from handler.pipeline.matte.specks import things


@dataclass(frozen=True, slots=True)
class Curve:
    """How many of a hundred mattes are good, which is an IoU of 0.9 and more, from how clear they were."""

    clarity: tuple[float, ...]
    good: tuple[float, ...]


# By `make accuracy`. Several looks that are clear on average are less to be relied on than one that is.
ONE_LOOK = Curve((0.0, 0.5, 0.75, 0.86, 0.92, 0.95, 1.0), (0.0, 0.08, 0.2, 0.5, 0.78, 0.9, 0.94))
SEVERAL_LOOKS = Curve((0.0, 0.5, 0.7, 0.8, 0.88, 0.95, 1.0), (0.0, 0.25, 0.4, 0.5, 0.72, 0.9, 0.95))
# Below this there is most likely no subject at all.
NO_SUBJECT = 0.07
# Mattes that are more likely bad than good are to be looked at.
LEAST_CONFIDENCE = 0.5

# A subject along more of the picture's border than this is probably cut off by it.
MOST_BORDER = 0.1
# A second thing of this share of all that is subject, and of this share of the picture, is a subject too.
SECOND_THING = 0.2
LEAST_THING = 0.005
# A mean difference of colour across the edge, of 255, that is little.
LOW_CONTRAST = 30

# Contrast is looked for at this size, between means over so many pixels on either side of the edge.
_SIDE = 128
_NEAR_PX = 4


def confidence_of(clarity: float, curve: Curve = ONE_LOOK) -> float:
    """The share of such mattes that are good, 0..1."""
    return float(np.interp(clarity, curve.clarity, curve.good))


def reasons(alpha: Floats, rgb: Bytes, confidence: float) -> tuple[Review, ...]:
    """Why a person should look at the matte over this part of the picture; empty where it is likely good."""
    if confidence >= LEAST_CONFIDENCE:
        return ()
    solid = alpha >= 0.5
    border = np.concatenate((solid[0], solid[-1], solid[:, 0], solid[:, -1]))
    found = (
        (Review.NO_SUBJECT, confidence < NO_SUBJECT),
        (Review.LOW_CONTRAST, contrast(alpha, rgb) < LOW_CONTRAST),
        (Review.SEVERAL_SUBJECTS, subjects_in(alpha) > 1),
        (Review.TOUCHES_BORDER, float(border.mean()) > MOST_BORDER),
    )
    return tuple(reason for reason, holds in found if holds) or (Review.UNSURE,)


def subjects_in(alpha: Floats) -> int:
    """How many things lie apart from each other and are large enough to be meant."""
    masses = [float(thing.sum()) for thing in things(alpha, LEAST_THING)]
    return sum(mass > SECOND_THING * sum(masses) for mass in masses)


def contrast(alpha: Floats, rgb: Bytes) -> float:
    """The mean difference of colour across the edge, 0..255, in the channel that has most."""
    image = Image.fromarray(rgb).resize((_SIDE, _SIDE), Image.Resampling.BOX)
    share = np.asarray(Image.fromarray(alpha).resize((_SIDE, _SIDE), Image.Resampling.BOX))
    near, far = (_mean_colour(np.asarray(image), part) for part in (share, 1 - share))
    blurred = np.asarray(_blurred(share))
    edge = (blurred > 0.3 * 255) & (blurred < 0.7 * 255)
    return float(np.abs(near - far).max(axis=2)[edge].mean()) if edge.any() else 255.0


def _mean_colour(rgb: Bytes, share: Floats) -> Floats:
    weighted = _blurred(rgb * (share[..., None] * np.float32(1 / 255)))
    weight = np.maximum(np.asarray(_blurred(share), np.float32), 1)
    mean: Floats = np.asarray(weighted, np.float32) * np.float32(255)
    mean /= weight[..., None]
    return mean


def _blurred(share: Floats) -> Image.Image:
    image = Image.fromarray(np.rint(np.clip(share, 0, 1) * 255).astype(np.uint8))
    return image.filter(ImageFilter.BoxBlur(_NEAR_PX))
