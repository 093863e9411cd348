"""What a caller wants done to an edge that is found: settled, hardened, moved, softened."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from handler.domain.image import Box, Bytes, size_of
from handler.domain.request import Edge, Trimap
from handler.pipeline.refine.sheet import COLOURS, Sheet

# What a hard edge is smoothed by before it is cut: five pixels of a Gaussian with this sigma.
HARD_SIGMA_PX = 2
_HARD_WEIGHTS = np.exp(-0.5 * (np.arange(-2, 3, dtype=np.float32) / HARD_SIGMA_PX) ** 2)
HALF = 126.5
# The diagonal's part in a disc that is made of straight lines, an octagon.
DIAGONAL = 0.586

_Pick = Callable[[Bytes, Bytes], Bytes]


def treat(sheet: Sheet, place: Box, edge: Edge, reduction: float) -> Box:
    """
    Do it in and around a place of a sheet that is that much smaller than the source, and tell where.

    A pixel that joins the subject brings the picture's own colour. What the source hides stays hidden.
    """
    shift, feather = round(edge.shift * reduction), edge.feather * reduction
    area = _around(place, max(0, shift) + round(2 * feather) + 2, *size_of(sheet.rgb))
    part = sheet.part(area)
    before = part.rgba[..., 3].copy()
    after = before if edge.trimap is None else _settled(before, edge.trimap, reduction)
    after = _hard(after) if edge.binary else after
    after = _moved(after, shift)
    if feather:
        image = Image.fromarray(after).filter(ImageFilter.GaussianBlur(feather / 2))
        after = np.asarray(image)
    if part.own is not None:
        after = np.minimum(after, part.own)
    joined, left = (after > 0) & (before == 0), after == 0
    for channel in COLOURS:
        np.copyto(part.rgba[..., channel], part.rgb[..., channel], where=joined)
        np.copyto(part.rgba[..., channel], 0, where=left)
    part.rgba[..., 3] = after
    return area


def _around(box: Box, reach: int, width: int, height: int) -> Box:
    left, top = max(0, box.left - reach), max(0, box.top - reach)
    right, bottom = min(width, box.left + box.width + reach), min(height, box.top + box.height + reach)
    return Box(left, top, right - left, bottom - top)


def _settled(alpha: Bytes, trimap: Trimap, reduction: float) -> Bytes:
    """Wholly subject or background where that is sure, as it is between."""
    shrink = -round(trimap.erode / 2 * reduction)
    subject = _moved((alpha > trimap.foreground).view(np.uint8), shrink)
    background = _moved((alpha < trimap.background).view(np.uint8), shrink)
    return np.where(subject, np.uint8(255), np.where(background, np.uint8(0), alpha))


def _hard(alpha: Bytes) -> Bytes:
    """Opened by a cross, smoothed, and cut at the middle."""
    opened = _crossed(_crossed(alpha, np.minimum), np.maximum)
    smooth = opened.astype(np.float32)
    for axis in (0, 1):
        lines = np.moveaxis(
            np.pad(smooth, [(2, 2) if at == axis else (0, 0) for at in (0, 1)], "edge"), axis, 0
        )
        length = len(lines) - 4
        mixed = sum(weight * lines[at : at + length] for at, weight in enumerate(_HARD_WEIGHTS))
        smooth = np.moveaxis(np.asarray(mixed / _HARD_WEIGHTS.sum()), 0, axis)
    return np.where(smooth >= HALF, np.uint8(255), np.uint8(0))


def _crossed(alpha: Bytes, pick: _Pick) -> Bytes:
    padded = np.pad(alpha, 1, "edge")
    across = pick(padded[1:-1, :-2], padded[1:-1, 2:])
    return pick(alpha, pick(across, pick(padded[:-2, 1:-1], padded[2:, 1:-1])))


def _moved(alpha: Bytes, shift: int) -> Bytes:
    """Grown by so many pixels in every direction, or shrunk where that is below zero."""
    radius = abs(shift)
    pick: _Pick = np.maximum if shift > 0 else np.minimum
    # Diagonals alone would reach every second pixel only, so that a straight pixel is always left.
    diagonal = min(round(DIAGONAL * radius / 2), max(0, radius - 1) // 2)
    straight = radius - 2 * diagonal
    moved = np.pad(alpha, radius, "edge")
    for down, across, reach in ((0, 1, straight), (1, 0, straight), (1, 1, diagonal), (1, -1, diagonal)):
        moved = _along(moved, down, across, 2 * reach + 1, pick)
    return moved


def _along(alpha: Bytes, down: int, across: int, length: int, pick: _Pick) -> Bytes:
    """The pick of so many pixels in a row; the result is smaller by all but one of them."""
    done = 1
    while done < length:
        step = min(done, length - done)
        rows, columns = slice(None, -step or None), slice(None, -step or None)
        ahead, behind = slice(step, None), slice(step, None)
        every = slice(None)
        first = alpha[rows if down else every, columns if across > 0 else behind if across else every]
        other = alpha[ahead if down else every, behind if across > 0 else columns if across else every]
        alpha = pick(first, other)
        done += step
    return alpha
