"""
Lifts an ink seal or a signature off its paper; no model is asked.

Ink on paper takes a fixed share of each colour of the light that the paper gives back. So a pixel, divided by
the paper that would lie there, lies on a line from nothing lost (bare paper) to the ink's own loss, and how
far along that line it lies is its alpha. The paper is what is found where there is no ink, as a smooth
surface: that takes shade and colour casts out of both the alpha and the ink's colour.
"""

import numpy as np
from PIL import Image

from handler.domain.errors import NoSubjectError
from handler.domain.image import Box, Bytes, Cutout, Floats, Matte, Picture, size_of

LABEL = "ink@1"

# The picture is judged at this size; what is seen there holds for all of it.
_LOOK_SIDE = 1280
_CELLS = 24
# Brightest share of a cell that is taken for paper.
_PAPER_SHARE = 0.3
# A cell that much darker than the smooth surface is full of ink.
_NEAR = 0.1
_FITS = 8
# Loss of light from which a pixel may be ink, at least, and in standard deviations of the bare paper's grain.
_LEAST_LOSS, _GRAINS = 0.12, 5.0
_LEAST_INK_SHARE = 1e-4
# Solid ink is what most of the strongest pixels agree on: single ones are darker by noise.
_SOLID_PERCENTILE = 99
# From this difference between its strongest and weakest loss an ink is a colour, and black is not it.
_CHROMATIC = 0.3
_STRANGE = 0.2
_STRIP_ROWS = 256
# A faint pixel is ink only where a strong one is near, within a block of this share of the longest side.
_STRONG = 100
_BLOCKS = 160
_LEAST_VISIBLE = 8
_DARKEST = 1 / 255


def no_matte(width: int, height: int) -> Matte:
    """Stand in for what a model would have found."""
    return Matte(np.zeros((1, 1), np.uint8), Box(0, 0, width, height), LABEL, 1.0, 0.0)


def lift(picture: Picture) -> Cutout:
    """Cut out the ink, all of it in its one clean colour."""
    look = _looked_at(picture.rgb)
    paper = _paper(look)
    loss = _loss(look, paper)
    grain = _grain(loss)
    ink = _ink(loss, max(_LEAST_LOSS, _GRAINS * grain))
    white = np.percentile(paper.reshape(-1, 3), 95, axis=0)
    rgba = np.empty((*picture.rgb.shape[:2], 4), np.uint8)
    rgba[..., :3] = np.rint(255 * np.clip((1 - ink) * white, 0, 1)).astype(np.uint8)
    for top in range(0, len(rgba), _STRIP_ROWS):
        rows = slice(top, min(top + _STRIP_ROWS, len(rgba)))
        strip: Floats = np.divide(picture.rgb[rows], 255, dtype=np.float32)
        rgba[rows, :, 3] = _alpha(strip / _spread(paper, len(rgba), rows, rgba.shape[1]), ink, grain)
    if picture.alpha is not None:
        rgba[..., 3] = np.where(picture.alpha < rgba[..., 3], picture.alpha, rgba[..., 3])
    rgba[..., 3] *= _near_ink(rgba[..., 3])
    rgba[rgba[..., 3] == 0] = 0
    return Cutout(rgba, _bounds(rgba[..., 3]))


def _looked_at(rgb: Bytes) -> Floats:
    width, height = size_of(rgb)
    scale = min(1.0, _LOOK_SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    image = Image.fromarray(rgb).resize(size, Image.Resampling.BOX)
    look: Floats = np.divide(np.asarray(image), 255, dtype=np.float32)
    return look


def _paper(look: Floats) -> Floats:
    """The bare paper's colour, on a grid of cells."""
    height, width = look.shape[:2]
    across = max(2, round(_CELLS * width / max(width, height)))
    down = max(2, round(_CELLS * height / max(width, height)))
    cells = np.empty((down, across, 3), np.float32)
    for row, strip in enumerate(np.array_split(look, down)):
        for column, cell in enumerate(np.array_split(strip, across, axis=1)):
            pixels = cell.reshape(-1, 3)
            brightest = np.argsort(pixels.sum(axis=1))[-max(1, round(len(pixels) * _PAPER_SHARE)) :]
            cells[row, column] = np.median(pixels[brightest], axis=0) if len(pixels) else 1
    cells = np.maximum(cells, _DARKEST)
    surface = _surface(cells)
    near = (np.abs(cells / surface - 1) < _NEAR).all(axis=2, keepdims=True)
    return _smoothed(np.where(near, cells, surface))


def _surface(cells: Floats) -> Floats:
    """A bowl through the bright cells: dark ones, full of ink, lose their say from fit to fit."""
    down, across = cells.shape[:2]
    y, x = np.mgrid[-1 : 1 : down * 1j, -1 : 1 : across * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).reshape(-1, 6)
    logs = np.log(cells).reshape(-1, 3)
    weights = np.ones(len(logs))
    fitted = logs
    for _ in range(_FITS):
        root = np.sqrt(weights)[:, None]
        fitted = terms @ np.linalg.lstsq(terms * root, logs * root, rcond=None)[0]
        darker = np.maximum(0, (fitted - logs).max(axis=1))
        weights = 1 / (1 + (darker / (_NEAR / 2)) ** 4)
    surface: Floats = np.exp(fitted).reshape(cells.shape).astype(np.float32)
    return surface


def _smoothed(cells: Floats) -> Floats:
    padded = np.pad(cells, ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / np.float32(4)
    smooth: Floats = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / np.float32(4)
    return smooth


def _spread(grid: Floats, height: int, rows: slice, width: int) -> Floats:
    """Some rows of the grid at the picture's size, between the cells' middles."""
    down = _weights(len(grid), height)[rows]
    across = _weights(grid.shape[1], width)
    field: Floats = np.einsum("yg,ghc->yhc", down, grid)
    spread: Floats = np.einsum("xh,yhc->yxc", across, field, optimize=True)
    return spread


def _weights(cells: int, length: int) -> Floats:
    places = np.clip((np.arange(length) + 0.5) * cells / length - 0.5, 0, cells - 1)
    first = np.minimum(places.astype(int), cells - 2)
    weights = np.zeros((length, cells), np.float32)
    share = (places - first).astype(np.float32)
    weights[np.arange(length), first] = 1 - share
    weights[np.arange(length), first + 1] = share
    return weights


def _loss(look: Floats, paper: Floats) -> Floats:
    loss: Floats = 1 - look / _spread(paper, len(look), slice(None), look.shape[1])
    return loss


def _grain(loss: Floats) -> float:
    """How far bare paper strays: half of all pixels stray less, and ink is fewer than half."""
    mean = np.abs(loss.mean(axis=2))
    return float(np.median(mean) / 0.6745)


def _ink(loss: Floats, least: float) -> Floats:
    """The share of each colour that solid ink takes away."""
    strongest = loss.max(axis=2)
    candidates = loss[strongest > least]
    if len(candidates) < _LEAST_INK_SHARE * strongest.size:
        raise NoSubjectError
    spans = candidates.max(axis=1) - candidates.min(axis=1)
    coloured = candidates[spans > _CHROMATIC * candidates.max(axis=1)]
    # Print beside a coloured seal is black and not the seal; a black seal has no colour beside it.
    chosen = coloured if len(coloured) > 0.2 * len(candidates) else candidates
    strength = np.linalg.norm(chosen, axis=1)
    solid = chosen[strength >= np.percentile(strength, _SOLID_PERCENTILE - 20)]
    direction = np.median(solid, axis=0)
    direction /= np.linalg.norm(direction)
    full = np.percentile(chosen @ direction, _SOLID_PERCENTILE)
    ink: Floats = np.clip(direction * full, 0, 1).astype(np.float32)
    return ink


def _alpha(share: Floats, ink: Floats, grain: float) -> Bytes:
    loss = 1 - share
    alpha = loss @ ink / (ink @ ink)
    if ink.max() - ink.min() > _CHROMATIC * ink.max():
        strange = np.abs(loss - alpha[..., None] * ink).max(axis=2)
        alpha *= np.clip(2 - strange / _STRANGE, 0, 1)
    # Paper's own grain is not ink; what is above it is stretched, so that solid ink stays solid.
    floor = min(0.3, 2.5 * grain / float(ink.max()))
    kept: Bytes = np.rint(255 * np.clip((alpha - floor) / (1 - floor), 0, 1)).astype(np.uint8)
    return kept


def _near_ink(alpha: Bytes) -> Bytes:
    """1 in and around blocks with strong ink, 0 elsewhere: grains of paper stand alone."""
    height, width = alpha.shape
    side = max(4, -(-max(height, width) // _BLOCKS))
    down, across = -(-height // side), -(-width // side)
    padded = np.pad(alpha, ((0, down * side - height), (0, across * side - width)))
    strong = padded.reshape(down, side, across, side).max(axis=(1, 3)) > _STRONG
    wide = np.pad(strong, 1)
    rows = wide[:-2] | wide[1:-1] | wide[2:]
    near = (rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:]).astype(np.uint8)
    spread: Bytes = near.repeat(side, axis=0).repeat(side, axis=1)[:height, :width]
    return spread


def _bounds(alpha: Bytes) -> Box:
    visible = alpha >= _LEAST_VISIBLE
    rows, columns = np.flatnonzero(visible.any(axis=1)), np.flatnonzero(visible.any(axis=0))
    if not rows.size:
        raise NoSubjectError
    left, top = int(columns[0]), int(rows[0])
    return Box(left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1)
