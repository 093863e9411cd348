"""Reading a colour as people write it."""

import re

from handler.domain.colour_names import COLOUR_NAMES
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
    digits = written.removeprefix("#")
    if _BARE_HEX.fullmatch(digits):
        return _from_hex(digits)
    named = COLOUR_NAMES.get(written.lower())
    return None if named is None else _from_hex(f"{named:06x}")


def _from_hex(digits: str) -> Colour:
    if len(digits) <= 4:
        # One digit stands for two alike.
        digits = "".join(digit * 2 for digit in digits)
    return Colour(*bytes.fromhex(digits))
