"""Brings the matte to the picture's size."""

import numpy as np
from PIL import Image, ImageChops

from handler.domain.errors import NoSubjectError
from handler.domain.image import Box, Bytes, Cutout, Matte, Picture, size_of

# Alpha that counts as subject when its bounds are taken; less is haze that nobody sees.
LEAST_VISIBLE = 8


def refine(picture: Picture, matte: Matte) -> Cutout:
    """Cut the picture out along the matte."""
    small = Image.fromarray(np.rint(matte.alpha * 255).astype(np.uint8))
    alpha = np.asarray(small.resize(size_of(picture.rgb), Image.Resampling.BILINEAR))
    if picture.alpha is not None:
        alpha = np.asarray(_product(alpha, picture.alpha))
    rgba = np.dstack((picture.rgb, alpha))
    # Whole pixels at once: a mask over channels would first list the place of every one in 16 bytes.
    rgba.view(np.uint32)[..., 0][alpha == 0] = 0
    return Cutout(rgba, bounds(alpha))


def bounds(alpha: Bytes) -> Box:
    """The smallest box around all that is visible."""
    visible = alpha >= LEAST_VISIBLE
    rows, columns = np.flatnonzero(visible.any(axis=1)), np.flatnonzero(visible.any(axis=0))
    if not rows.size:
        raise NoSubjectError
    left, top = int(columns[0]), int(rows[0])
    return Box(left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top)


def _product(one: Bytes, other: Bytes) -> Bytes:
    return np.asarray(ImageChops.multiply(Image.fromarray(one), Image.fromarray(other)))
