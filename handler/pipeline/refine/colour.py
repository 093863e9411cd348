"""Colour along the edge, without the old background."""

import numpy as np

from handler.domain.image import Box, Bytes, Floats
from handler.pipeline.refine.edge import SOFTNESS, STEEPNESS, Edge, Strip
from handler.pipeline.refine.sheet import WORD, Words


def clean(pixels: Words, alpha: Bytes, strip: Strip, edge: Edge, cells: Box, strength: float) -> None:
    """Give the pixels in some cells that are neither opaque nor hidden the subject's own colour."""
    soft = np.flatnonzero((alpha - np.uint8(1)) < np.uint8(254))
    rows, columns = np.divmod(soft, alpha.shape[1])
    # The means vary so little from cell to cell that they need not be interpolated.
    down, across = cells.top - edge.cells.top + 1, cells.left - edge.cells.left + 1
    near = (rows // edge.scale + down) * edge.colours.shape[2] + columns // edge.scale + across
    seen = strip.planes.reshape(3, -1).take(soft, axis=1)
    own = unmixed(seen, strip.raw[rows, columns], edge.colours.reshape(6, -1).take(near, axis=1))
    if strength < 1:
        own += (1 - np.float32(strength)) * (seen - own)
    own += np.float32(0.5)
    red, green, blue = np.clip(own, 0, 255, out=own).astype(WORD)
    pixels[rows, columns] = red | green << 8 | blue << 16 | alpha[rows, columns].astype(WORD) << 24


def unmixed(seen: Floats, raw: Floats, means: Floats) -> Floats:
    """
    The subject's own colour, straight, of pixels (columns) where the background shines through.

    Of all pairs of colours that mix to the pixel, the pair nearest to the means of subject and background
    around it. By alpha as it is before it is hardened: what is shown as all but opaque is still mixed.
    """
    share = np.clip(raw / STEEPNESS + SOFTNESS, 0, 1)
    rest = 1 - share
    weight = 1 / (share * share + rest * rest)
    own: Floats = seen * (share * weight)
    own += means[:3] * (rest * rest * weight)
    own -= means[3:] * (share * rest * weight)
    return own
