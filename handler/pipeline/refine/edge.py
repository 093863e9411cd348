"""One tile of the edge: alpha that follows the picture, and colour without the old background."""

from functools import cache

import numpy as np

from handler.domain.image import Box, Bytes, Floats, size_of
from handler.pipeline.refine.grid import Grid
from handler.pipeline.refine.guide import look
from handler.pipeline.refine.guided import fit

# How much of the filter's own softness is taken back, so that hard edges come out hard.
SOFTNESS = np.float32(0.12)

_BLOCK_ROWS = 16


def follow(rgb: Bytes, grid: Grid, cells: Box, decontaminate: float) -> tuple[Bytes, Bytes]:
    """Colour and alpha of a tile, worked out on the grid and applied to every pixel."""
    area = grid.pixels(cells)
    pixels = rgb[area.top : area.top + area.height, area.left : area.left + area.width]
    guide = look(rgb, grid, cells)
    found = fit(guide.colour, guide.products, grid.window(cells), grid.radius)
    lines = zoomed(found.lines, grid.scale, size_of(pixels))
    planes = pixels.transpose(2, 0, 1).astype(np.float32)
    planes *= np.float32(1 / 255)
    red, green, blue = planes * lines[:3]
    raw = red + green + blue + lines[3]
    alpha = hardened(raw)
    if not decontaminate:
        return pixels, alpha
    own = unmixed(planes, raw, zoomed(found.colours, grid.scale, size_of(pixels)))
    if decontaminate < 1:
        own += (1 - np.float32(decontaminate)) * (planes * 255 - own)
    colour = pixels.copy()
    soft = (alpha > 0) & (alpha < 255)
    for channel in range(3):
        np.copyto(colour[..., channel], own[channel], where=soft, casting="unsafe")
    return colour, alpha


def interpolate(grid: Grid, cells: Box) -> Bytes:
    """Alpha of a tile by the matte alone."""
    area, margin = grid.pixels(cells), grid.margin - 1
    layer = grid.window(cells)[None, margin:-margin, margin:-margin]
    return hardened(zoomed(layer, grid.scale, (area.width, area.height))[0])


def hardened(raw: Floats) -> Bytes:
    """Alpha in 0..255, steeper than the filter left it."""
    steep = (raw - SOFTNESS) * np.float32(255 / (1 - 2 * float(SOFTNESS)))
    alpha: Bytes = np.rint(np.clip(steep, 0, 255)).astype(np.uint8)
    return alpha


def unmixed(planes: Floats, raw: Floats, means: Floats) -> Floats:
    """
    The subject's own colour in planes of 0..255, straight, where the background shines through.

    Of all pairs of colours that mix to the pixel, the pair nearest to the means of subject and background
    around it. By alpha as it is before it is hardened: what is shown as all but opaque is still mixed.
    """
    share = np.clip(raw, 0, 1)
    rest = 1 - share
    subject, background = means[:3], means[3:]
    own = subject * share
    own += background * rest
    np.subtract(planes, own, out=own)
    own *= share / (share * share + rest * rest)
    own += subject
    own *= 255
    own += 0.5
    return np.clip(own, 0, 255, out=own)


def zoomed(layers: Floats, scale: int, size: tuple[int, int]) -> Floats:
    """Interpolate layers that are one cell wider on every side than the pixels wanted."""
    width, height = size
    if scale == 1:
        return layers[:, 1 : height + 1, 1 : width + 1]
    wide: Floats = np.matmul(
        _rows(layers.shape[1], scale), (layers @ _between(layers.shape[2], scale).T)[:, None]
    )
    return wide.reshape(len(layers), -1, wide.shape[-1])[:, :height, :width]


@cache
def _between(cells: int, scale: int) -> Floats:
    """Weights of cells (columns) in the pixels between their centres (rows), the outermost left out."""
    centre = (np.arange((cells - 2) * scale, dtype=np.float32) + np.float32(0.5)) / scale + np.float32(0.5)
    distance = np.abs(centre[:, None] - np.arange(cells, dtype=np.float32))
    weights: Floats = np.maximum(0, 1 - distance)
    return weights


@cache
def _rows(cells: int, scale: int) -> Floats:
    """The same in blocks of few rows: larger products would wake the matrix library's own threads."""
    weights = _between(cells, scale)
    filled = np.pad(weights, ((0, -len(weights) % _BLOCK_ROWS), (0, 0)))
    return filled.reshape(-1, _BLOCK_ROWS, cells)
