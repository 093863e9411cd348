"""Parameters of the usual kinds."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from handler.dialects.reading.colours import read_colour
from handler.dialects.reading.measures import read_number
from handler.dialects.reading.parameter import Parameter
from handler.domain.colour import EXPECTED as COLOUR_EXPECTED
from handler.domain.request import Colour

T = TypeVar("T")
# More digits than any picture's pixels need; longer texts are refused before they are read as a number.
_WHOLE = re.compile(r"-?[0-9]{1,12}")
_FLAGS = {"true": True, "false": False}


def choice(
    name: str,
    values: Mapping[str, T],
    default: str,
    description: str,
    *,
    synonyms: Mapping[str, str] | None = None,
    aliases: tuple[str, ...] = (),
) -> Parameter[T]:
    """One of some words, in whatever case; synonyms are taken and not told of."""
    other = synonyms or {}

    def read(text: str) -> T:
        word = text.lower()
        chosen = other.get(word, word)
        if chosen not in values:
            raise ValueError(text)
        return values[chosen]

    return Parameter(
        name=name,
        read=read,
        expected=one_of(values),
        default=values[default],
        schema={"type": "string", "enum": list(values), "default": default},
        description=description,
        aliases=aliases,
    )


def flag(
    name: str, description: str, *, default: bool = False, aliases: tuple[str, ...] = ()
) -> Parameter[bool]:
    """True or false."""
    return Parameter(
        name=name,
        read=read_flag,
        expected="true or false",
        default=default,
        schema={"type": "boolean", "default": default},
        description=description,
        aliases=aliases,
    )


def count(
    name: str,
    least: int,
    most: int | None,
    default: T,
    description: str,
    *,
    aliases: tuple[str, ...] = (),
) -> Parameter[int | T]:
    """A whole number within bounds."""

    def read(text: str) -> int:
        return read_count(text, least, most)

    return Parameter(
        name=name,
        read=read,
        expected=f"a whole number from {least}" + ("" if most is None else f" to {most}"),
        default=default,
        schema={"type": "integer", **_bounds(least, most), **_default(default)},
        description=description,
        aliases=aliases,
    )


def number(
    name: str,
    least: float,
    most: float,
    default: T,
    description: str,
    *,
    aliases: tuple[str, ...] = (),
) -> Parameter[float | T]:
    """A number within bounds."""
    return Parameter(
        name=name,
        read=lambda text: read_number(text, least, most),
        expected=f"a number from {least:g} to {most:g}",
        default=default,
        schema={"type": "number", **_bounds(least, most), **_default(default)},
        description=description,
        aliases=aliases,
    )


def colour(name: str, description: str, *, aliases: tuple[str, ...] = ()) -> Parameter[Colour | None]:
    """A colour, or none."""
    return Parameter(
        name=name,
        read=read_colour,
        expected=COLOUR_EXPECTED,
        default=None,
        schema={"type": "string", "examples": ["#ffffff", "#fff", "rgb(255, 255, 255)", "white"]},
        description=description,
        aliases=aliases,
    )


def one_of(words: Mapping[str, Any]) -> str:
    """The words as a sentence lists them."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def read_flag(text: str) -> bool:
    """True or false, in whatever case; nothing else that might be meant so."""
    if text.lower() not in _FLAGS:
        raise ValueError(text)
    return _FLAGS[text.lower()]


def read_count(text: str, least: int, most: int | None = None) -> int:
    """A whole number within bounds."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    value = int(text)
    if value < least or (most is not None and value > most):
        raise ValueError(text)
    return value


def _bounds(least: float, most: float | None) -> Mapping[str, float]:
    return {"minimum": least} if most is None else {"minimum": least, "maximum": most}


def _default(value: object) -> Mapping[str, object]:
    return {} if value is None else {"default": value}
