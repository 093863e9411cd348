"""Credits as whole thousandths, and what everything costs."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from handler.domain.errors import InvalidParameterError

CREDIT = 1000
# Far above any real account, far below what a store's number can hold.
MAX_AMOUNT = 10**15

_CREDITS = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,12})(?:\.(?P<part>[0-9]{1,3}))?")

PRICES: Mapping[str, int] = MappingProxyType(
    {
        "native.picture": 1000,
        "native.segment_session": 1000,
        "removebg.preview": 250,
        "removebg.picture": 1000,
        "threedaistudio.low": 3000,
        "threedaistudio.medium": 4000,
        "threedaistudio.high": 5000,
        "picwish.picture": 1000,
        "rembg.picture": 1000,
        "snapotter.picture": 1000,
        "snapotter.effect": 0,
        "backgroundcut.picture": 1000,
        "backgroundcut.autocropped_variant": 500,
        "backgroundcut.session": 1000,
        "backgroundcut.segment": 0,
    }
)
"""What each piece of work costs where the settings say nothing else, in thousandths."""


def price_list(changes: Mapping[str, str]) -> Mapping[str, int]:
    """The prices with an owner's changes, which are written in credits."""
    for name in changes:
        if name not in PRICES:
            raise InvalidParameterError("prices", f"names out of {', '.join(PRICES)}", name)
    changed = {name: parse_credits(text) for name, text in changes.items()}
    for name, price in changed.items():
        if price < 0:
            raise InvalidParameterError("prices", f"a price of 0 or more for {name}", changes[name])
    return MappingProxyType({**PRICES, **changed})


def parse_credits(text: str) -> int:
    """Thousandths from a decimal text such as `12.5`; never by way of a float."""
    match = _CREDITS.fullmatch(text.strip())
    if match is None:
        raise InvalidParameterError("credits", "a number like 12.5", text)
    thousandths = int(match["whole"]) * CREDIT + int((match["part"] or "").ljust(3, "0"))
    return -thousandths if match["sign"] == "-" else thousandths


def format_credits(thousandths: int) -> str:
    """A decimal text without needless zeros, such as `12.5`."""
    whole, part = divmod(abs(thousandths), CREDIT)
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{whole}.{part:03d}".rstrip("0").rstrip(".")
