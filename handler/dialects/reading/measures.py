"""Texts as lengths and what is made of lengths; a text that is not taken is a ValueError."""

import re

from handler.domain.request import Length, Margins, Position, Region

LENGTH_EXPECTED = "a length such as 30px, 30 or 10%"
MARGINS_EXPECTED = "1, 2 or 4 lengths such as 30px, 30 or 10%, each at most 500px or 50%"
REGION_EXPECTED = "4 lengths x1 y1 x2 y2 such as 10px or 5%, the second corner right of and below the first"
SCALE_EXPECTED = "original, or a percentage from 10% to 100%"
POSITION_EXPECTED = "original, center, or 1 or 2 percentages from 0% to 100%"
RATIO_EXPECTED = "a ratio such as 1:1, 4:3 or 16:9"

MAX_MARGIN = {False: 500.0, True: 50.0}
MAX_SIDE_RATIO = 100

_NUMBER = re.compile(r"-?(?:[0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9})")
_RATIO = re.compile(r"([0-9]{1,5}):([0-9]{1,5})")
_GAPS = re.compile(r"\s*,\s*|\s+")


def read_number(text: str, least: float, most: float) -> float:
    """A plain decimal number within bounds."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    value = float(text)
    if not least <= value <= most:
        raise ValueError(text)
    return value


def read_percentage(text: str, least: float = 0, most: float = 100) -> float:
    """A number with its percent sign."""
    if not text.endswith("%"):
        raise ValueError(text)
    return read_number(text[:-1].rstrip(), least, most)


def read_length(text: str) -> Length:
    """`30px` and `30` are pixels, `10%` is a share."""
    written = text.lower()
    if written.endswith("%"):
        return Length(read_percentage(written), percent=True)
    return Length(read_number(written.removesuffix("px").rstrip(), 0, 1e6))


def read_lengths(text: str) -> tuple[Length, ...]:
    """Some lengths, parted by spaces or commas."""
    return tuple(read_length(part) for part in _parts(text))


def read_margins(text: str, *, clipped: bool = False) -> Margins:
    """
    One length for all sides, two for above and below then left and right, or four clockwise from above.

    A side may have so much and no more; what is over is refused, or cut off where it is clipped.
    """
    sides = tuple(_within(length, clipped=clipped) for length in read_lengths(text))
    if len(sides) == 1:
        return Margins(*sides * 4)
    if len(sides) == 2:
        return Margins(*sides * 2)
    if len(sides) == 4:
        return Margins(*sides)
    raise ValueError(text)


def read_region(text: str) -> Region:
    """Two corners, whether or not they enclose anything."""
    left, top, right, bottom = read_lengths(text)
    return Region(left, top, right, bottom)


def is_empty(region: Region) -> bool:
    """Whether the corners enclose nothing, as far as that shows without the picture."""
    spans = ((region.left, region.right), (region.top, region.bottom))
    return any(near.percent == far.percent and near.amount >= far.amount for near, far in spans)


def read_scale(text: str) -> float | None:
    """The subject's size in the canvas as a share, or none for its own."""
    return None if text.lower() == "original" else read_percentage(text, 10, 100) / 100


def read_position(text: str) -> Position | None:
    """Where the subject stands, one share for both ways or two; or none for where it is."""
    word = text.lower()
    if word == "original":
        return None
    if word == "center":
        return Position()
    shares = [read_percentage(part) / 100 for part in _parts(text)]
    if len(shares) == 1:
        return Position(shares[0], shares[0])
    across, down = shares
    return Position(across, down)


def read_ratio(text: str) -> tuple[int, int]:
    """Width and height such as `4:3`; a strip of which nothing would be seen is not taken."""
    match = _RATIO.fullmatch(text)
    if match is None:
        raise ValueError(text)
    width, height = int(match[1]), int(match[2])
    if min(width, height) < 1 or max(width, height) > MAX_SIDE_RATIO * min(width, height):
        raise ValueError(text)
    return width, height


def _parts(text: str) -> list[str]:
    return _GAPS.split(text.strip())


def _within(length: Length, *, clipped: bool) -> Length:
    most = MAX_MARGIN[length.percent]
    if length.amount <= most:
        return length
    if not clipped:
        raise ValueError(length)
    return Length(most, percent=length.percent)
