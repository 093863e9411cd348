"""One look of the model at a part of a picture."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from handler.domain.image import Box, Bytes, Floats, size_of
from handler.pipeline.matte.specks import without_specks
from handler.ports import MattingModel


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """
    What was seen.

    Attributes:
        box: the part, in the picture's pixels.
        alpha: 0..1 at the model's size, to be spread over the box.
    """

    box: Box
    alpha: Floats


def look(rgb: Bytes, model: MattingModel, box: Box, squint_px: int | None = None) -> View:
    """
    Let the model see a part of a picture.

    Squinting, it sees no more than so many pixels a side: patterns and prints vanish, things stay.
    """
    image = Image.fromarray(part_of(rgb, box))
    if squint_px is not None:
        image = image.resize((squint_px, squint_px), Image.Resampling.BOX)
    size = model.input_size_for(box.width, box.height)
    if image.size != size:
        image = image.resize(size, Image.Resampling.BILINEAR)
    return View(box, without_specks(model.predict(np.asarray(image))))


def part_of(rgb: Bytes, box: Box) -> Bytes:
    """The pixels in a box, in one piece."""
    rows, columns = slice(box.top, box.top + box.height), slice(box.left, box.left + box.width)
    return np.ascontiguousarray(rgb[rows, columns])


def laid_over(view: View, box: Box) -> Floats:
    """What the view shows of a box, of its own size again; nothing where it did not look."""
    width, height = size_of(view.alpha)
    across, down = width / view.box.width, height / view.box.height
    shift = (box.left - view.box.left) * across, (box.top - view.box.top) * down
    scale = box.width / view.box.width, box.height / view.box.height
    matrix = (scale[0], 0, shift[0], 0, scale[1], shift[1])
    image = Image.fromarray(view.alpha)
    method, filtered = Image.Transform.AFFINE, Image.Resampling.BILINEAR
    return np.asarray(image.transform((width, height), method, matrix, filtered))
