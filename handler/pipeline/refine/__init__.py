"""Brings the matte to the picture's size, along the picture's own edges, and cleans the colour there."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from handler.domain.errors import NoSubjectError
from handler.domain.image import Box, Bytes, Cutout, Matte, Picture, size_of
from handler.domain.request import DEFAULT_CUT, Cut, SourceAlpha
from handler.pipeline.refine.edge import follow, interpolate
from handler.pipeline.refine.grid import Grid, Kind, Tile, lay_grid
from handler.pipeline.refine.place import find_place
from handler.pipeline.refine.sheet import COLOURS, Sheet
from handler.pipeline.refine.treatment import treat

# Alpha that counts as subject when its bounds are taken; less is haze that nobody sees.
LEAST_VISIBLE = 8

_DEFAULT_THREADS = 2
# Handing a tile to a thread costs a tenth of the work on it.
_SHARE_TILES = 16


def refine(picture: Picture, matte: Matte, cut: Cut = DEFAULT_CUT, threads: int = _DEFAULT_THREADS) -> Cutout:
    """Cut the picture out along the matte; the number of threads does not change the result."""
    place = find_place(matte, picture)
    own = None if cut.source_alpha is SourceAlpha.IGNORE else picture.alpha
    # Fresh zeros cost nothing where nobody writes, and most of a picture is background.
    whole = Sheet(picture.rgb, own, np.zeros((*picture.rgb.shape[:2], 4), np.uint8))
    area, edge = place.box, cut.edge
    grid = lay_grid(matte.alpha, place)
    cutting = partial(_cut, whole.part(area), grid, edge.decontaminate)
    with ThreadPoolExecutor(threads) as pool:
        shares = pool.map(lambda share: [cutting(tile) for tile in share], _shares(grid.tiles()))
        visible = [box for share in shares for box in share]
    if edge.shift or edge.feather or edge.binary or edge.trimap is not None:
        area = treat(
            whole, area, edge, max(size_of(picture.rgb)) / max(picture.full_width, picture.full_height)
        )
        visible = [bounds(whole.part(area).rgba[..., 3], Box(0, 0, area.width, area.height))]
    subject = _union(visible)
    return Cutout(
        whole.rgba, Box(area.left + subject.left, area.top + subject.top, subject.width, subject.height)
    )


def _shares(tiles: list[Tile]) -> list[list[Tile]]:
    """Tiles by handfuls of about the same cost, since those of one kind lie side by side."""
    count = -(-len(tiles) // _SHARE_TILES)
    return [tiles[first::count] for first in range(count)]


def _cut(sheet: Sheet, grid: Grid, decontaminate: float, tile: Tile) -> Box | None:
    """Write one tile and tell the bounds of what is visible in it."""
    area = grid.pixels(tile.cells)
    part = sheet.part(area)
    colour, target = part.rgb, part.rgba
    if tile.kind is Kind.SOLID and part.own is None:
        for channel in COLOURS:
            target[..., channel] = colour[..., channel]
        target[..., 3] = 255
        return area
    alpha = np.full(colour.shape[:2], 255, np.uint8)
    if tile.kind is Kind.EDGE:
        colour, alpha = follow(sheet.rgb, grid, tile.cells, decontaminate)
    elif tile.kind is Kind.PLAIN:
        alpha = interpolate(grid, tile.cells)
    if part.own is not None:
        alpha = _product(alpha, part.own)
    shown = (alpha > 0).view(np.uint8)
    for channel in COLOURS:
        np.multiply(colour[..., channel], shown, out=target[..., channel])
    target[..., 3] = alpha
    return bounds(alpha, area)


def bounds(alpha: Bytes, area: Box) -> Box | None:
    """The smallest box around what is visible, alpha being that of the area."""
    visible = alpha >= LEAST_VISIBLE
    rows, columns = np.flatnonzero(visible.any(axis=1)), np.flatnonzero(visible.any(axis=0))
    if not rows.size:
        return None
    width, height = int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1
    return Box(area.left + int(columns[0]), area.top + int(rows[0]), width, height)


def _union(boxes: Iterable[Box | None]) -> Box:
    """The smallest box around all of them."""
    found = [box for box in boxes if box is not None]
    if not found:
        raise NoSubjectError
    left, top = min(box.left for box in found), min(box.top for box in found)
    right = max(box.left + box.width for box in found)
    bottom = max(box.top + box.height for box in found)
    return Box(left, top, right - left, bottom - top)


def _product(one: Bytes, other: Bytes) -> Bytes:
    """The product of two shares, rounded."""
    product = one.astype(np.uint16) * other + 128
    return ((product + (product >> 8)) >> 8).astype(np.uint8)
