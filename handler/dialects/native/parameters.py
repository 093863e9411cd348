"""The parameters of `/v1/remove`: one table that the reader, the refusals and OpenAPI share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from handler.domain.colour import EXPECTED as COLOUR_EXPECTED
from handler.domain.colour import parse_colour
from handler.domain.errors import InvalidParameterError
from handler.domain.request import Channels, Compression, Crop, Format, Variant


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
# More digits than any picture's pixels need; longer texts are refused before they are read as a number.
_MAX_DIGITS = 12


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


def _choice(
    name: str,
    values: Mapping[str, Any],
    default: str,
    description: str,
    aliases: Mapping[str, str] = MappingProxyType({}),
) -> Parameter:
    names = list(values)

    def read(text: str) -> tuple[Any] | None:
        chosen = aliases.get(text.lower(), text.lower())
        # Wrapped, so that a choice whose value is None differs from a text that is no choice.
        return (values[chosen],) if chosen in values else None

    return Parameter(
        name=name,
        read=read,
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


def _read_count(text: str) -> tuple[Any] | None:
    taken = text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS and int(text) > 0
    return (int(text),) if taken else None


def _read_colour(text: str) -> tuple[Any] | None:
    colour = parse_colour(text)
    return None if colour is None else (colour,)


PARAMETERS: tuple[Parameter, ...] = (
    _choice(
        "format",
        {name: Format(name) for name in ("png", "jpg", "webp")},
        "png",
        "File format of the answer. jpg has no transparency: the subject lies on bg_color, or on white. "
        "jpeg is jpg.",
        {"jpeg": "jpg"},
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
        description="Colour laid under the subject; not with channels=alpha, which shows no colour.",
    ),
    _choice(
        "size",
        SIZES,
        "full",
        "Longest side of the answer: preview 256, small 512, medium 1024, large 2048 pixels; hd is at most "
        "4 megapixels, auto is full. Never enlarges.",
    ),
    Parameter(
        name="max_pixels",
        read=_read_count,
        expected="a whole number from 1",
        default=None,
        schema={"type": "integer", "minimum": 1},
        description="Most pixels (width x height) of the answer, which keeps its shape. Never enlarges.",
    ),
    _choice(
        "compression",
        {member.value: member for member in Compression},
        "fast",
        "Of a PNG only: small takes about twenty times as long for a file about a sixth smaller.",
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
    _refuse_without_effect(values, texts)
    caps = [cap for cap in (values["size"].max_pixels, values["max_pixels"]) if cap is not None]
    return Variant(
        max_side=values["size"].max_side,
        max_pixels=min(caps, default=None),
        crop=Crop() if values["crop"] else None,
        channels=values["channels"],
        background=values["bg_color"],
        format=values["format"],
        compression=values["compression"],
    )


def _refuse_without_effect(values: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    """Refuse what would be accepted and then not be seen in the answer."""
    if values["channels"] is Channels.ALPHA and values["bg_color"] is not None:
        expected = "no value with channels=alpha, or channels=rgba or rgb"
        raise InvalidParameterError("bg_color", expected, texts["bg_color"])
    if values["compression"] is Compression.SMALL and values["format"] is not Format.PNG:
        expected = f"fast with format={values['format']}, or format=png"
        raise InvalidParameterError("compression", expected, "small")


def _value(parameter: Parameter, texts: Mapping[str, str]) -> Any:  # noqa: ANN401 - one table holds several types
    if parameter.name not in texts:
        return parameter.default
    text = texts[parameter.name].strip()
    read = parameter.read(text)
    if read is None:
        raise InvalidParameterError(parameter.name, parameter.expected, text or "an empty value")
    return read[0]
