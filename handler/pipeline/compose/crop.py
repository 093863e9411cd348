"""How much of the plane around a subject is kept."""

from handler.domain.image import Box
from handler.domain.request import Crop, Length

_MOST_PERCENT = 50.0
_MOST_PIXELS = 500.0


def cropped(subject: Box, size: tuple[int, int], crop: Crop | None) -> Box:
    """The area to keep, in pixels of the picture, beyond whose sides it may reach."""
    if crop is None:
        return Box(0, 0, *size)
    margins = crop.margins
    left, right = (_margin(margin, subject.width) for margin in (margins.left, margins.right))
    top, bottom = (_margin(margin, subject.height) for margin in (margins.top, margins.bottom))
    box = Box(
        subject.left - left,
        subject.top - top,
        subject.width + left + right,
        subject.height + top + bottom,
    )
    return box if crop.ratio is None else _widened(box, *crop.ratio)


def _margin(length: Length, whole: int) -> int:
    most = _MOST_PERCENT if length.percent else _MOST_PIXELS
    return Length(min(max(0.0, length.amount), most), length.percent).of(whole)


def _widened(box: Box, across: int, down: int) -> Box:
    """The smallest box of the ratio around the middle of another."""
    width = max(box.width, -(-box.height * across // down))
    height = max(box.height, -(-box.width * down // across))
    return Box(box.left - (width - box.width) // 2, box.top - (height - box.height) // 2, width, height)
