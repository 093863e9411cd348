"""Asks the model what the subject is."""

import numpy as np
from PIL import Image

from handler.domain.errors import NoSubjectError
from handler.domain.image import Box, Bytes, Floats, Matte, Picture, size_of
from handler.ports import MattingModel

# Where the model holds nothing for more than half a subject, there is none.
LEAST_PEAK = 0.5
# Alpha below and above these is a decision; between them the model is in doubt, or the subject is soft.
CLEARLY_BACKGROUND = 0.1
CLEARLY_SUBJECT = 0.9


def predict(picture: Picture, model: MattingModel) -> Matte:
    """Bring the picture to the size that the model wants for its shape, and run it."""
    size = model.input_size_for(picture.full_width, picture.full_height)
    alpha = model.predict(_squeezed(picture.rgb, size))
    if float(alpha.max()) < LEAST_PEAK:
        raise NoSubjectError
    whole = Box(0, 0, picture.full_width, picture.full_height)
    kept = np.rint(alpha * 255).astype(np.uint8)
    return Matte(kept, whole, model.label, _confidence(alpha), _ambiguous_ratio(alpha))


def _confidence(alpha: Floats) -> float:
    """
    How decisive the matte is: the mean of |2a - 1| over all that is not clearly background.

    1 where every alpha is 0 or 1, 0 where all that may be subject is half of one.
    """
    doubtful = alpha[alpha >= CLEARLY_BACKGROUND]
    return float(np.abs(2 * doubtful - 1).mean()) if doubtful.size else 1.0


def _ambiguous_ratio(alpha: Floats) -> float:
    """The share of the picture that is neither clearly background nor clearly subject."""
    return float(((alpha >= CLEARLY_BACKGROUND) & (alpha <= CLEARLY_SUBJECT)).mean())


def _squeezed(rgb: Bytes, size: tuple[int, int]) -> Bytes:
    if size_of(rgb) == size:
        return rgb
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BILINEAR))
