"""Asks the model what the subject is."""

import numpy as np
from PIL import Image

from handler.domain.errors import NoSubjectError
from handler.domain.image import Bytes, Matte, Picture, size_of
from handler.ports import MattingModel

# Where the model holds nothing for more than half a subject, there is none.
LEAST_PEAK = 0.5


def predict(picture: Picture, model: MattingModel) -> Matte:
    """Squeeze the picture to the model's size, whatever its shape, and run it."""
    alpha = model.predict(_squeezed(picture.rgb, model.input_size))
    if float(alpha.max()) < LEAST_PEAK:
        raise NoSubjectError
    return Matte(alpha, model.label)


def _squeezed(rgb: Bytes, size: tuple[int, int]) -> Bytes:
    if size_of(rgb) == size:
        return rgb
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BILINEAR))
