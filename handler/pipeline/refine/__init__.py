"""Brings the matte to the picture's size, along the picture's own edges, and cleans the colour there."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from handler.domain.errors import NoSubjectError
from handler.domain.image import Box, Bytes, Cutout, Matte, Picture, size_of
from handler.domain.request import DEFAULT_CUT, Cut, SourceAlpha
from handler.pipeline.refine.colour import clean
from handler.pipeline.refine.edge import find_edge, follow, interpolate, shown
from handler.pipeline.refine.grid import Grid, lay_grid
from handler.pipeline.refine.hair import Hair, find_hair
from handler.pipeline.refine.place import find_place
from handler.pipeline.refine.sheet import Sheet
from handler.pipeline.refine.tiles import Block, Kind, blocks_of
from handler.pipeline.refine.treatment import treat

# Alpha that counts as subject when its bounds are taken; less is haze that nobody sees.
LEAST_VISIBLE = 8

_DEFAULT_THREADS = 2
# Handing a block to a thread costs a tenth of the work on it.
_SHARE_BLOCKS = 4


def refine(picture: Picture, matte: Matte, cut: Cut = DEFAULT_CUT, threads: int = _DEFAULT_THREADS) -> Cutout:
    """Cut the picture out along the matte; the number of threads does not change the result."""
    place = find_place(matte, picture)
    own = None if cut.source_alpha is SourceAlpha.IGNORE else picture.alpha
    # Fresh zeros cost nothing where nobody writes, and most of a picture is background.
    whole = Sheet(picture.rgb, own, np.zeros((*picture.rgb.shape[:2], 4), np.uint8))
    area, edge = place.box, cut.edge
    grid = lay_grid(matte.alpha, place)
    sheet = whole.part(area)
    cutting = partial(_cut, sheet, grid, find_hair(sheet.rgb, grid), edge.decontaminate)
    with ThreadPoolExecutor(threads) as pool:
        shares = pool.map(lambda share: [box for block in share for box in cutting(block)], _shares(grid))
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


def _shares(grid: Grid) -> list[list[Block]]:
    """Blocks by handfuls of about the same cost, since those of one kind lie side by side."""
    blocks = blocks_of(grid)
    count = -(-len(blocks) // _SHARE_BLOCKS)
    return [blocks[first::count] for first in range(count)]


def _cut(sheet: Sheet, grid: Grid, hair: Hair | None, decontaminate: float, block: Block) -> list[Box | None]:
    """Write one block and tell the bounds of what is visible in its tiles."""
    edge = find_edge(sheet.rgb, grid, block.edge, hair) if block.edge else None
    visible: list[Box | None] = []
    for tile in block.tiles:
        area = grid.pixels(tile.cells)
        part = sheet.part(area)
        if tile.kind is Kind.SOLID and part.own is None:
            part.fill()
            visible.append(area)
        elif tile.kind is Kind.EDGE and edge is not None:
            strip = follow(part.rgb, edge, tile.cells)
            alpha = part.lay(shown(strip.raw))
            if decontaminate:
                clean(part.pixels, alpha, strip, edge, tile.cells, decontaminate)
            visible.append(bounds(alpha, area))
        elif tile.kind is Kind.SOLID:
            visible.append(bounds(part.lay(np.full(part.rgb.shape[:2], 255, np.uint8)), area))
        else:
            visible.append(bounds(part.lay(interpolate(grid, tile.cells)), area))
    return visible


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
