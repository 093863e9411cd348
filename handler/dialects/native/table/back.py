"""What lies behind the subject."""

from handler.dialects.reading.colours import GRADIENT_EXPECTED, read_gradient
from handler.dialects.reading.kinds import choice, colour, number
from handler.dialects.reading.parameter import Parameter, Table
from handler.domain.request import Channels, Gradient

CHANNELS = choice(
    "channels",
    {member.value: member for member in Channels},
    "rgba",
    "rgba is the cut-out, rgb is opaque over a background (or white), alpha is the matte as 8-bit grey.",
)
BG_COLOR = colour(
    "bg_color", "Colour laid under the subject: hex of 3, 4, 6 or 8 digits, rgb(), rgba() or a CSS name."
)
BG_GRADIENT: Parameter[Gradient | None] = Parameter(
    name="bg_gradient",
    read=read_gradient,
    expected=GRADIENT_EXPECTED,
    default=None,
    schema={"type": "string", "examples": ["#ff8800 #ffffff 180", "red, blue, 45"]},
    description="Two colours and an angle in degrees: at 0 the first is above, at 180 below, at 90 left.",
)
BG_BLUR = number(
    "bg_blur",
    0,
    100,
    None,
    "The original, or the background picture, blurred so much behind the subject.",
)
SHADOW = choice(
    "shadow",
    {"none": False, "drop": True},
    "none",
    "drop lays a soft shadow on the background, under the subject; the canvas does not grow for it.",
)
SHADOW_OPACITY = number("shadow_opacity", 0, 100, 50.0, "How dark the shadow is, in percent.")
TABLE: Table = (CHANNELS, BG_COLOR, BG_GRADIENT, BG_BLUR, SHADOW, SHADOW_OPACITY)
