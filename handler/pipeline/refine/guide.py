"""What the filter is guided by: the picture's colour on the grid, and how it varies within the cells."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from handler.domain.image import Box, Bytes, Floats
from handler.pipeline.refine.grid import Grid


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """
    A tile of the picture and its margin, on the grid.

    Attributes:
        colour: 3 x height x width, the mean in every cell, 0..1.
        products: 6 x height x width, the mean products of red, green and blue with each other, in the
            order rr, rg, rb, gg, gb, bb.
    """

    colour: Floats
    products: Floats


def look(rgb: Bytes, grid: Grid, cells: Box) -> Guide:
    """Reduce the picture in a tile and its margin; the cells at the picture's border go on outside."""
    scale, margin = grid.scale, grid.margin
    left, top = max(0, cells.left - margin), max(0, cells.top - margin)
    right, bottom = cells.left + cells.width + margin, cells.top + cells.height + margin
    seen = np.ascontiguousarray(rgb[top * scale : bottom * scale, left * scale : right * scale])
    colour = _planes(np.asarray(Image.fromarray(seen).reduce(scale)) if scale > 1 else seen)
    products = _products(colour)
    if scale > 2:
        _add_texture(products, seen, scale)
    before = top - cells.top + margin, left - cells.left + margin
    after = bottom - top - colour.shape[1], right - left - colour.shape[2]
    if not any((*before, *after)):
        return Guide(colour, products)
    beyond = ((0, 0), *zip(before, after, strict=True))
    return Guide(np.pad(colour, beyond, mode="edge"), np.pad(products, beyond, mode="edge"))


def _add_texture(products: Floats, seen: Bytes, scale: int) -> None:
    """
    Add the variance within the cells, which their means have lost.

    Without it the filter takes grain and weave, which it meets at full size only, for edges. Half the squared
    difference of two pixels is what it is on average, and two pairs on the cells' diagonals are enough. In
    small cells the pairs tell more of true edges, so there they count for less.
    """
    weight = np.float32((1 - 2 / scale) / 4)
    near, far = scale // 4, scale - 1 - scale // 4
    for (top, left), (bottom, right) in (((near, near), (far, far)), ((near, far), (far, near))):
        one, other = seen[top::scale, left::scale], seen[bottom::scale, right::scale]
        height, width = (min(sides) for sides in zip(one.shape[:2], other.shape[:2], strict=True))
        difference = _planes(one[:height, :width]) - _planes(other[:height, :width])
        products[:, :height, :width] += _products(difference) * weight


def _products(colour: Floats) -> Floats:
    red, green, blue = colour
    return np.stack((red * red, red * green, red * blue, green * green, green * blue, blue * blue))


def _planes(pixels: Bytes) -> Floats:
    planes = pixels.transpose(2, 0, 1).astype(np.float32)
    planes *= np.float32(1 / 255)
    return planes
