"""The parameters of `/v1.0/removebg`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from handler.dialects.reading.kinds import choice, colour, flag, number
from handler.dialects.reading.measures import (
    POSITION_EXPECTED,
    REGION_EXPECTED,
    SCALE_EXPECTED,
    read_margins,
    read_position,
    read_region,
    read_scale,
)
from handler.dialects.reading.parameter import Parameter, Table, names_of
from handler.dialects.reading.source import SourceNames
from handler.domain.request import Channels, Format, Margins, Position, Region, Subject

PREVIEW, PICTURE = "removebg.preview", "removebg.picture"
MEGAPIXEL = 1_000_000
# remove.bg's own bound on its largest PNG; its other files go on to 25 megapixels.
MAX_PNG_PIXELS = 10 * MEGAPIXEL


@dataclass(frozen=True, slots=True)
class Size:
    """What a size gives and costs; `or_preview` gives the preview to whoever cannot pay for it."""

    max_pixels: int
    price: str = PICTURE
    or_preview: bool = False

    def pixels_for(self, written: Format) -> int:
        """The most pixels of a file in that format."""
        most = MAX_PNG_PIXELS if written in {Format.PNG, Format.AUTO} else self.max_pixels
        return min(self.max_pixels, most)


SMALLEST = Size(MEGAPIXEL // 4, PREVIEW)
FULL = Size(25 * MEGAPIXEL)
SIZES: Mapping[str, Size] = {
    "preview": SMALLEST,
    "small": SMALLEST,
    "regular": SMALLEST,
    "medium": Size(MEGAPIXEL * 3 // 2),
    "hd": Size(4 * MEGAPIXEL),
    "full": FULL,
    "4k": FULL,
    "50MP": Size(50 * MEGAPIXEL),
    "auto": Size(25 * MEGAPIXEL, or_preview=True),
}
SOURCE = SourceNames(
    ("image_file",),
    ("image_url",),
    ("image_file_b64",),
    hint="Please provide the source image in the image_url, image_file or image_file_b64 parameter.",
)
# Under this name several backgrounds are refused.
BACKGROUNDS = "bg_*"
SCENE = SourceNames(("bg_image_file",), ("bg_image_url",))

SIZE = choice(
    "size",
    SIZES,
    "preview",
    "Most megapixels of the result: preview, small and regular 0.25, medium 1.5, hd 4, full and 4k 25 (10 as "
    "PNG), 50MP 50. auto is full, or preview where the credits do not suffice.",
    synonyms={"50mp": "50MP"},
)
TYPE = choice(
    "type",
    {
        kind.value: kind
        for kind in (Subject.AUTO, Subject.PERSON, Subject.PRODUCT, Subject.CAR, Subject.ANIMAL)
    },
    "auto",
    "What the subject is. A single subject is cut out whatever it is called; where several are found, "
    "anything but auto is refused, for no installed model tells which of them is meant.",
)
TYPE_LEVEL = choice(
    "type_level",
    dict.fromkeys(("none", "1", "2", "latest")),
    "1",
    "How finely X-Type tells kinds apart; there is no X-Type while no installed model tells any.",
)
FORMAT = choice(
    "format",
    {name: Format(name) for name in ("auto", "png", "jpg", "zip", "webp")},
    "auto",
    "auto is a PNG where anything is transparent, else a JPEG. A zip holds color.jpg and alpha.png.",
    synonyms={"jpeg": "jpg"},
)
ROI: Parameter[Region | None] = Parameter(
    name="roi",
    read=read_region,
    expected=REGION_EXPECTED,
    default=None,
    schema={"type": "string", "default": "0% 0% 100% 100%"},
    description="Region of interest; everything outside of it counts as background.",
)
CROP = flag("crop", "Cut off empty borders.")
CROP_MARGIN: Parameter[Margins] = Parameter(
    name="crop_margin",
    read=partial(read_margins, clipped=True),
    expected="1, 2 or 4 lengths such as 30px or 10%",
    default=Margins(),
    schema={"type": "string", "default": "0", "examples": ["30px", "10%", "10% 20%"]},
    description="Room around a cropped subject, at most 50% or 500px a side; means nothing without crop.",
)
SCALE: Parameter[float | None] = Parameter(
    name="scale",
    read=read_scale,
    expected=SCALE_EXPECTED,
    default=None,
    schema={"type": "string", "default": "original", "examples": ["80%"]},
    description="The subject's size in the result; it is then centred where position says nothing.",
)
POSITION: Parameter[Position | None] = Parameter(
    name="position",
    read=read_position,
    expected=POSITION_EXPECTED,
    default=None,
    schema={"type": "string", "default": "original", "examples": ["center", "50%", "0% 100%"]},
    description="Where the subject stands in the result.",
)
CHANNELS = choice(
    "channels",
    {"rgba": Channels.RGBA, "alpha": Channels.ALPHA},
    "rgba",
    "rgba is the picture, alpha its matte as grey.",
)
ADD_SHADOW = flag("add_shadow", "Lay a soft shadow under the subject, whatever kind it is of.")
SHADOW_TYPE = choice(
    "shadow_type",
    {"none": False, "drop": True, "auto": True},
    "none",
    "drop is add_shadow; shadows of other kinds are refused.",
)
SHADOW_METHOD = choice("shadow_method", {"latest": None}, "latest", "Only latest.")
SHADOW_OPACITY = number("shadow_opacity", 0, 100, 50.0, "How dark the shadow is, in percent.")
SEMITRANSPARENCY = choice(
    "semitransparency", {"true": True}, "true", "Only true: what is half transparent stays so."
)
BG_COLOR = colour("bg_color", "Colour under the subject: hex of 3, 4, 6 or 8 digits, or a name.")
TABLE: Table = (
    SIZE,
    TYPE,
    TYPE_LEVEL,
    FORMAT,
    ROI,
    CROP,
    CROP_MARGIN,
    SCALE,
    POSITION,
    CHANNELS,
    ADD_SHADOW,
    SHADOW_TYPE,
    SHADOW_METHOD,
    SHADOW_OPACITY,
    SEMITRANSPARENCY,
    BG_COLOR,
)
KNOWN = (*names_of(TABLE), *SOURCE.every, *SCENE.every)
