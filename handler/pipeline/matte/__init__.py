"""Asks the model what the subject is."""

import numpy as np

from handler.domain.errors import NoSubjectError, RegionEmptyError, RegionOutOfBoundsError
from handler.domain.image import Box, Bytes, Matte, Picture, size_of
from handler.domain.request import DEFAULT_CUT, Cut, Quality, Region, SourceAlpha
from handler.pipeline.matte.doubt import LEAST_PEAK, ambiguous_ratio, clarity
from handler.pipeline.matte.review import SEVERAL_LOOKS, confidence_of, reasons, subjects_in
from handler.pipeline.matte.search import search
from handler.pipeline.matte.view import View, look, part_of
from handler.ports import MattingModel

# What made the matte where the source brought its own.
GIVEN = "source-alpha"
# A matte of one pixel would be the same, but be refined in one piece, at several times the memory.
_GIVEN_SIDE = 256
# Something is seen, but hardly more than haze: then medium looks as carefully as high.
MUDDLED = 0.4


def predict(picture: Picture, model: MattingModel, cut: Cut = DEFAULT_CUT) -> Matte:
    """Find the subject in the part of the picture that counts, as carefully as is asked."""
    full = _box(cut.region, picture.full_width, picture.full_height)
    if cut.source_alpha is SourceAlpha.USE and picture.alpha is not None:
        everything = np.full((_GIVEN_SIDE, _GIVEN_SIDE), 255, np.uint8)
        return Matte(everything, full, GIVEN, confidence=1, ambiguous_ratio=0)
    width, height = size_of(picture.rgb)
    across, down = picture.full_width / width, picture.full_height / height
    region = _scaled(full, 1 / across, 1 / down, width, height)
    rgb = part_of(picture.rgb, region)
    view, confidence = _seen(rgb, model, cut.quality)
    if float(view.alpha.max()) < LEAST_PEAK:
        raise NoSubjectError
    review = reasons(view.alpha, part_of(rgb, view.box), confidence)
    here = Box(region.left + view.box.left, region.top + view.box.top, view.box.width, view.box.height)
    box = _scaled(here, across, down, picture.full_width, picture.full_height)
    share = box.width * box.height / (picture.full_width * picture.full_height)
    kept: Bytes = np.rint(view.alpha * 255).astype(np.uint8)
    return Matte(
        kept,
        box,
        model.label,
        confidence,
        share * ambiguous_ratio(view.alpha),
        review,
        subjects_in(view.alpha),
    )


def _seen(rgb: Bytes, model: MattingModel, quality: Quality) -> tuple[View, float]:
    """What the subject is, and how likely the matte is a good one."""
    first = look(rgb, model, Box(0, 0, *size_of(rgb)))
    clear = clarity(first.alpha)
    if quality is Quality.HIGH or (quality is Quality.MEDIUM and 0 < clear < MUDDLED):
        found, certainty = search(rgb, model, first, clear)
        return found, confidence_of(certainty, SEVERAL_LOOKS)
    return first, confidence_of(clear)


def _box(region: Region | None, width: int, height: int) -> Box:
    """The region's pixels."""
    if region is None:
        return Box(0, 0, width, height)
    left, right = region.left.of(width), region.right.of(width)
    top, bottom = region.top.of(height), region.bottom.of(height)
    corners = f"{left} {top} {right} {bottom} in a picture of {width} x {height}"
    if right > width or bottom > height:
        raise RegionOutOfBoundsError(corners)
    if left >= right or top >= bottom:
        raise RegionEmptyError(corners)
    return Box(left, top, right - left, bottom - top)


def _scaled(box: Box, across: float, down: float, width: int, height: int) -> Box:
    """The nearest box of whole pixels on a canvas of that size; at least one pixel."""
    left, top = min(width - 1, round(box.left * across)), min(height - 1, round(box.top * down))
    right = min(width, round((box.left + box.width) * across))
    bottom = min(height, round((box.top + box.height) * down))
    return Box(left, top, max(1, right - left), max(1, bottom - top))
