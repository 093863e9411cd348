"""Where everything comes to lie: crop and margins, scale and position, then caps or a frame."""

import math
from dataclasses import dataclass, replace

from handler.domain.image import Box
from handler.domain.request import Fit, Frame, Position, Variant
from handler.pipeline.compose.crop import cropped
from handler.pipeline.compose.rect import Rect

# Margins, ratios and frames may ask for more than any picture has.
MAX_CANVAS_PIXELS = 50_000_000


@dataclass(frozen=True, slots=True)
class Layout:
    """
    A canvas, and which part of the picture is shown where on it.

    Attributes:
        full_width: the canvas's width without any cap.
        full_height: likewise.
        window: the part of the upright source at its full size.
        target: where that part lies on the canvas.
        subject: the subject's bounds on the canvas.
    """

    width: int
    height: int
    full_width: int
    full_height: int
    window: Rect
    target: Box
    subject: Box

    @property
    def density(self) -> float:
        """How many pixels of the canvas one of the source's becomes."""
        if self.window.width >= self.window.height:
            return self.target.width / self.window.width
        return self.target.height / self.window.height


@dataclass(frozen=True, slots=True)
class _Stage:
    """A canvas on which nothing is rounded yet."""

    width: int
    height: int
    window: Rect
    target: Rect
    subject: Rect

    def brought(
        self, width: int, height: int, scale: tuple[float, float], shift: tuple[int, int]
    ) -> "_Stage":
        """The content scaled, then moved onto another canvas; what falls off is not shown."""
        target, subject = (rect.scaled(*scale).moved(*shift) for rect in (self.target, self.subject))
        return _Stage(width, height, self.window, target, subject).clipped()

    def clipped(self) -> "_Stage":
        """No more of the picture than the canvas shows."""
        shown = self.target.within(Rect(0, 0, self.width, self.height))
        across, down = self.window.width / self.target.width, self.window.height / self.target.height
        window = shown.moved(-self.target.left, -self.target.top).scaled(across, down)
        return replace(self, target=shown, window=window.moved(self.window.left, self.window.top))


def lay_out(subject: Box, size: tuple[int, int], variant: Variant) -> Layout:
    """Find the layout of a source of this full size, the subject's bounds being those at that size."""
    area = cropped(subject, size, variant.crop)
    shown = Rect.of(area).within(Rect(0, 0, *size))
    target = shown.moved(-area.left, -area.top)
    bounds = Rect.of(subject).moved(-area.left, -area.top)
    stage = _Stage(area.width, area.height, shown, target, bounds)
    if variant.scale is not None or variant.position is not None:
        stage = _placed(stage, variant.scale, variant.position or Position())
    return _finished(stage, size, variant)


def _placed(stage: _Stage, scale: float | None, position: Position) -> _Stage:
    """The subject so large that it fits that share of the canvas, in its share of the room that is left."""
    bounds = stage.subject
    factor = 1.0
    if scale is not None:
        factor = scale * min(stage.width / bounds.width, stage.height / bounds.height)
    left = round((stage.width - bounds.width * factor) * position.across - bounds.left * factor)
    top = round((stage.height - bounds.height * factor) * position.down - bounds.top * factor)
    return stage.brought(stage.width, stage.height, (factor, factor), (left, top))


def _finished(stage: _Stage, size: tuple[int, int], variant: Variant) -> Layout:
    most = max(MAX_CANVAS_PIXELS, math.prod(size))
    full = _resized(stage, *Variant(max_pixels=most).size_for(stage.width, stage.height))
    if variant.frame is not None:
        stage = full = _framed(full, variant.frame)
    else:
        stage = _resized(full, *variant.size_for(full.width, full.height))
    canvas = stage.width, stage.height
    target, subject = stage.target.nearest(*canvas), stage.subject.around(*canvas)
    return Layout(*canvas, full.width, full.height, stage.window, target, subject)


def _resized(stage: _Stage, width: int, height: int) -> _Stage:
    return stage.brought(width, height, (width / stage.width, height / stage.height), (0, 0))


def _framed(stage: _Stage, frame: Frame) -> _Stage:
    width, height = _frame_size(stage, frame)
    factors = width / stage.width, height / stage.height
    if frame.fit is Fit.COVER:
        factor = max(factors)
        left = _overflow(stage.subject.left + stage.subject.right, factor, stage.width, width)
        top = _overflow(stage.subject.top + stage.subject.bottom, factor, stage.height, height)
        return stage.brought(width, height, (factor, factor), (-left, -top))
    factor = min(*factors, 1.0) if frame.fit is Fit.SCALE_DOWN else min(factors)
    shift = _middle(width - stage.width * factor), _middle(height - stage.height * factor)
    return stage.brought(width, height, (factor, factor), shift)


def _frame_size(stage: _Stage, frame: Frame) -> tuple[int, int]:
    width = frame.width or _following(stage.width, stage.height, frame.height)
    return width, frame.height or _following(stage.height, stage.width, width)


def _following(side: int, other: int, wanted: int | None) -> int:
    """The side that keeps the shape where the other becomes what is wanted."""
    if wanted is None:
        return side
    return max(1, min(round(side * wanted / other), MAX_CANVAS_PIXELS // wanted))


def _overflow(subject_ends: float, factor: float, side: int, room: int) -> int:
    """How much is cut off before the frame so that the subject is in its middle, or as near as can be."""
    spare = round(side * factor) - room
    return min(max(0, _middle(subject_ends * factor - room)), spare)


def _middle(room: float) -> int:
    """Half of a room, in whole pixels so that unscaled content stays as it is."""
    return int(room // 2)
