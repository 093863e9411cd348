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


def look(rgb: Bytes, model: MattingModel, box: Box, size: tuple[int, int] | None = None) -> View:
    """Let the model see a part of a picture, at its own size for that or another that it takes."""
    image = Image.fromarray(part_of(rgb, box))
    size = size or model.input_size_for(box.width, box.height)
    if image.size != size:
        image = image.resize(size, Image.Resampling.BILINEAR)
    return View(box, without_specks(model.predict(np.asarray(image))))


def part_of(rgb: Bytes, box: Box) -> Bytes:
    """The pixels in a box, in one piece."""
    rows, columns = slice(box.top, box.top + box.height), slice(box.left, box.left + box.width)
    return np.ascontiguousarray(rgb[rows, columns])


def resized(alpha: Floats, size: tuple[int, int]) -> Floats:
    """The same matte at that width and height."""
    if size_of(alpha) == size:
        return alpha
    return np.asarray(Image.fromarray(alpha).resize(size, Image.Resampling.BILINEAR))


def laid_over(view: View, box: Box, size: tuple[int, int]) -> Floats:
    """What the view shows of a box, at that width and height; nothing where it did not look."""
    across, down = (have / spread for have, spread in zip(size_of(view.alpha), _sides(view.box), strict=True))
    shift = (box.left - view.box.left) * across, (box.top - view.box.top) * down
    scale = box.width * across / size[0], box.height * down / size[1]
    matrix = (scale[0], 0, shift[0], 0, scale[1], shift[1])
    image = Image.fromarray(view.alpha)
    return np.asarray(image.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR))


def _sides(box: Box) -> tuple[int, int]:
    return box.width, box.height
