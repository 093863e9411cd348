"""Reading a colour as people write it."""

import re

from PIL import ImageColor

from handler.domain.request import Colour

_BARE_HEX = re.compile(r"(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_FUNCTION = re.compile(
    r"rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*(?:,\s*(\d(?:\.\d{1,6})?|\.\d{1,6})\s*)?\)",
    re.IGNORECASE,
)
EXPECTED = "a colour such as #ffffff, #fff, rgb(255, 255, 255) or white"


def parse_colour(text: str) -> Colour | None:
    """Hex of 3, 4, 6 or 8 digits with or without #, rgb(), rgba() with alpha 0..1, or a CSS name."""
    written = text.strip()
    if function := _FUNCTION.fullmatch(written):
        red, green, blue = (int(function[i]) for i in (1, 2, 3))
        alpha = float(function[4]) if function[4] else 1.0
        fits = max(red, green, blue) <= 255 and alpha <= 1
        return Colour(red, green, blue, round(alpha * 255)) if fits else None
    if _BARE_HEX.fullmatch(written.removeprefix("#")):
        return Colour(*ImageColor.getrgb(f"#{written.removeprefix('#')}"))
    if written.lower() in ImageColor.colormap:
        return Colour(*ImageColor.getrgb(written))
    return None
