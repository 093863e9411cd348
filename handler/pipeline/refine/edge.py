"""Alpha along the edge: worked out on the grid, and applied to every pixel."""

from dataclasses import dataclass

import numpy as np

from handler.domain.image import Box, Bytes, Floats, size_of
from handler.pipeline.refine.grid import Grid
from handler.pipeline.refine.guide import look
from handler.pipeline.refine.guided import fit
from handler.pipeline.refine.hair import Hair, line
from handler.pipeline.refine.zoom import zoomed

# How much of the filter's own softness is taken back, so that hard edges come out hard.
SOFTNESS = np.float32(0.12)
STEEPNESS = np.float32(255 / (1 - 2 * float(SOFTNESS)))


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """
    What is found of the edge in some cells, and in one cell more on every side.

    Attributes:
        cells: which.
        scale: pixels along a cell's side.
        lines: 4 x height x width, alpha by red, green and blue, and its offset; all in 0..255.
        colours: 6 x height x width, the subject's colour and the background's, 0..255.
    """

    cells: Box
    scale: int
    lines: Floats
    colours: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """
    A tile of the edge.

    Attributes:
        planes: 3 x height x width, the picture.
        raw: height x width, alpha with what it has below 0 and above 255.
    """

    planes: Floats
    raw: Floats


def find_edge(rgb: Bytes, grid: Grid, cells: Box, hair: Hair | None) -> Edge:
    """Find the edge in some cells."""
    guide = look(rgb, grid, cells)
    found = fit(guide.colour, guide.products, grid.window(cells), grid.radius)
    lines = found.lines * STEEPNESS
    lines[:3] /= 255
    lines[3] -= SOFTNESS * STEEPNESS
    colours = found.colours
    if hair is not None and (layers := hair.at(cells)) is not None:
        ends, counts = layers[:6], layers[6]
        by_colour = line(ends[:3], ends[3:])
        by_colour[3] *= 255
        lines += counts * (by_colour - lines)
        colours += counts * (ends - colours)
    return Edge(cells, grid.scale, lines, colours * np.float32(255))


def follow(rgb: Bytes, edge: Edge, cells: Box) -> Strip:
    """Apply it to the pixels in some of the cells."""
    planes = rgb.transpose(2, 0, 1).astype(np.float32, order="C")
    top, left = cells.top - edge.cells.top, cells.left - edge.cells.left
    lines = edge.lines[:, top : top + cells.height + 2, left : left + cells.width + 2]
    slopes = zoomed(lines, edge.scale, size_of(rgb))
    slopes[:3] *= planes
    red, green, blue, raw = slopes
    for part in (red, green, blue):
        raw += part
    return Strip(planes, raw)


def interpolate(grid: Grid, cells: Box) -> Bytes:
    """Alpha in some cells by the matte alone."""
    area, margin = grid.pixels(cells), grid.margin - 1
    layer = grid.window(cells)[None, margin:-margin, margin:-margin]
    soft = zoomed(layer, grid.scale, (area.width, area.height))[0]
    return shown((soft - SOFTNESS) * STEEPNESS)


def shown(raw: Floats) -> Bytes:
    """Alpha as it is written."""
    alpha: Bytes = np.rint(np.clip(raw, 0, 255)).astype(np.uint8)
    return alpha
