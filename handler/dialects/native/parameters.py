"""The parameters of `/v1/remove`: one table that the reader, the refusals and OpenAPI share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handler.domain.colour import EXPECTED as COLOUR_EXPECTED
from handler.domain.colour import parse_colour
from handler.domain.errors import InvalidParameterError
from handler.domain.request import Channels, Compression, Format, Variant

SIZES: Mapping[str, int | None] = {
    "full": None,
    "preview": 256,
    "small": 512,
    "medium": 1024,
    "large": 2048,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """
    One named option.

    Attributes:
        read: the value of a text in a tuple of one, or None where the text is not taken.
        expected: ends the sentence "Expected ... for NAME".
        default: what an absent parameter means.
    """

    name: str
    read: Callable[[str], tuple[Any] | None]
    expected: str
    default: Any
    schema: Mapping[str, Any]
    description: str


def _choice(name: str, values: Mapping[str, Any], default: str, description: str) -> Parameter:
    names = list(values)
    return Parameter(
        name=name,
        # Wrapped, so that a choice whose value is None differs from a text that is no choice.
        read=lambda text: (values[text],) if text in values else None,
        expected=f"{', '.join(names[:-1])} or {names[-1]}",
        default=values[default],
        schema={"type": "string", "enum": names, "default": default},
        description=description,
    )


def _boolean(name: str, description: str) -> Parameter:
    return Parameter(
        name=name,
        read=lambda text: {"true": (True,), "false": (False,)}.get(text.lower()),
        expected="true or false",
        default=False,
        schema={"type": "boolean", "default": False},
        description=description,
    )


def _read_colour(text: str) -> tuple[Any] | None:
    colour = parse_colour(text)
    return None if colour is None else (colour,)


PARAMETERS: tuple[Parameter, ...] = (
    _choice(
        "format",
        {member.value: member for member in Format},
        "png",
        "File format of the answer. jpg has no transparency: the subject lies on bg_color, or on white.",
    ),
    _choice(
        "channels",
        {member.value: member for member in Channels},
        "rgba",
        "rgba is the cut-out, rgb is opaque over bg_color (or white), alpha is the matte as grey.",
    ),
    Parameter(
        name="bg_color",
        read=_read_colour,
        expected=COLOUR_EXPECTED,
        default=None,
        schema={"type": "string", "examples": ["#ffffff", "#fff", "rgb(255, 255, 255)", "white"]},
        description="Colour laid under the subject.",
    ),
    _choice(
        "size",
        SIZES,
        "full",
        "Longest side of the answer: preview 256, small 512, medium 1024, large 2048 pixels. Never enlarges.",
    ),
    _choice(
        "compression",
        {member.value: member for member in Compression},
        "fast",
        "Of a PNG: small takes about twenty times as long for a file about a sixth smaller.",
    ),
    _boolean("crop", "Cut the answer down to the subject's bounds."),
)
NAMES = tuple(parameter.name for parameter in PARAMETERS)


def read_variant(given: Sequence[tuple[str, str]]) -> Variant:
    """Turn name and text pairs into what they ask for; absent ones take their defaults."""
    texts: dict[str, str] = {}
    for name, text in given:
        if name not in NAMES:
            raise InvalidParameterError(name, f"one of {', '.join(NAMES)}", "an unknown parameter")
        if name in texts:
            raise InvalidParameterError(name, "one value", "several")
        texts[name] = text
    values = {parameter.name: _value(parameter, texts) for parameter in PARAMETERS}
    return Variant(
        max_side=values["size"],
        crop=values["crop"],
        channels=values["channels"],
        background=values["bg_color"],
        format=values["format"],
        compression=values["compression"],
    )


def _value(parameter: Parameter, texts: Mapping[str, str]) -> Any:  # noqa: ANN401 - one table holds several types
    if parameter.name not in texts:
        return parameter.default
    text = texts[parameter.name].strip()
    read = parameter.read(text)
    if read is None:
        raise InvalidParameterError(parameter.name, parameter.expected, text or "an empty value")
    return read[0]
