"""One variant's JSON object, read by the kinds of its values."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from handler.domain.colour import EXPECTED as COLOUR_EXPECTED
from handler.domain.colour import parse_colour
from handler.domain.errors import InvalidParameterError
from handler.domain.request import Colour

T = TypeVar("T")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Row:
    """A null is as good as nothing; unknown keys mean nothing."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def name(self, key: str) -> str:
        """The variant's name, which becomes a file's."""
        value = self._get(key, "default")
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            raise _refusal(key, "1 to 64 letters, digits, dashes and underscores", value)
        return value

    def choice(self, key: str, choices: Mapping[str, T], default: str) -> T:
        """One of some words."""
        value = self._get(key, default)
        if not isinstance(value, str) or value.lower() not in choices:
            raise _refusal(key, f"one of {', '.join(choices)}", value)
        return choices[value.lower()]

    def count(self, key: str, default: int, most: int) -> int:
        """A whole number from 1."""
        value = self._get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise _refusal(key, f"a whole number from 1 to {most}", value)
        return value

    def flag(self, key: str) -> bool:
        """True or false, and false where nothing is said."""
        value = self._get(key, default=False)
        if not isinstance(value, bool):
            raise _refusal(key, "true or false", value)
        return value

    def colour(self, key: str) -> Colour | None:
        """A colour, or none."""
        value = self._get(key, None)
        if value is None:
            return None
        colour = parse_colour(value) if isinstance(value, str) else None
        if colour is None:
            raise _refusal(key, COLOUR_EXPECTED, value)
        return colour

    def _get(self, key: str, default: object) -> Any:  # noqa: ANN401 - any JSON value
        value = self._values.get(key)
        return default if value is None else value


def _refusal(key: str, expected: str, value: object) -> InvalidParameterError:
    return InvalidParameterError(key, expected, str(value) or "an empty value")
