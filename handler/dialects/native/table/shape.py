"""Which part of the picture is shown, where, and how large."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from handler.dialects.reading.kinds import choice, count, read_flag
from handler.dialects.reading.measures import (
    MARGINS_EXPECTED,
    POSITION_EXPECTED,
    RATIO_EXPECTED,
    SCALE_EXPECTED,
    read_margins,
    read_position,
    read_ratio,
    read_scale,
)
from handler.dialects.reading.parameter import Parameter, Table
from handler.domain.request import Crop, Fit, Margins, Position

MAX_SIDE_PIXELS = 6000
# `0.1` is how Poof's client may write 10%; a tenth of a pixel is nothing that anybody asks for.
_FRACTION = re.compile(r"(?<![^\s,])0?\.[0-9]{1,6}(?![^\s,])")


@dataclass(frozen=True, slots=True)
class Cap:
    """What a named size allows."""

    max_side: int | None = None
    max_pixels: int | None = None


SIZES: Mapping[str, Cap] = {
    "full": Cap(),
    "preview": Cap(256),
    "small": Cap(512),
    "medium": Cap(1024),
    "large": Cap(2048),
    "hd": Cap(max_pixels=4_000_000),
    "auto": Cap(),
}


def _read_crop(text: str) -> Crop | None:
    if ":" in text:
        return Crop(ratio=read_ratio(text))
    return Crop() if read_flag(text) else None


def _read_margins(text: str) -> Margins:
    return read_margins(_FRACTION.sub(lambda match: f"{float(match[0]) * 100:f}%", text))


CROP: Parameter[Crop | None] = Parameter(
    name="crop",
    read=_read_crop,
    expected=f"true, false or {RATIO_EXPECTED}",
    default=None,
    schema={"type": "string", "default": "false", "examples": ["true", "1:1", "16:9"]},
    description="Cut the answer down to the subject's bounds, or to the smallest box of a ratio around them.",
)
CROP_MARGIN: Parameter[Margins] = Parameter(
    name="crop_margin",
    read=_read_margins,
    expected=MARGINS_EXPECTED,
    default=Margins(),
    schema={"type": "string", "default": "0", "examples": ["30px", "10%", "10% 20%", "1px 2px 3px 4px"]},
    description="Room around a cropped subject: one length, two (above and below, left and right) or four "
    "clockwise from above; % are of the subject's size. At most 500px or 50% a side. 0.1 is 10%.",
    aliases=("padding",),
)
SCALE: Parameter[float | None] = Parameter(
    name="scale",
    read=read_scale,
    expected=SCALE_EXPECTED,
    default=None,
    schema={"type": "string", "default": "original", "examples": ["80%"]},
    description="The subject's size in the canvas, original or 10% to 100%; the subject is then centred "
    "where position says nothing.",
)
POSITION: Parameter[Position | None] = Parameter(
    name="position",
    read=read_position,
    expected=POSITION_EXPECTED,
    default=None,
    schema={"type": "string", "default": "original", "examples": ["center", "50%", "0% 100%"]},
    description="Where the subject stands: original, center, or percentages of the room that it leaves, one "
    "for both ways or two (from the left, from above).",
)
SIZE = choice(
    "size",
    SIZES,
    "full",
    "Longest side of the answer: preview 256, small 512, medium 1024, large 2048 pixels; hd is at most "
    "4 megapixels, auto is full. Never enlarges.",
)
MAX_PIXELS = count(
    "max_pixels",
    1,
    None,
    None,
    "Most pixels (width x height) of the answer, which keeps its shape. Never enlarges.",
)
WIDTH = count(
    "width",
    1,
    MAX_SIDE_PIXELS,
    None,
    "Exact width of the answer in pixels, in the place of size; height follows where it is not given.",
)
HEIGHT = count(
    "height",
    1,
    MAX_SIDE_PIXELS,
    None,
    "Exact height of the answer in pixels, in the place of size; width follows where it is not given.",
)
FIT = choice(
    "fit",
    {member.value: member for member in Fit},
    "contain",
    "How the picture is brought into width and height: contain shows all of it, cover leaves no rest and "
    "keeps the subject in view, scale-down is contain that never enlarges.",
)
TABLE: Table = (CROP, CROP_MARGIN, SCALE, POSITION, SIZE, MAX_PIXELS, WIDTH, HEIGHT, FIT)
