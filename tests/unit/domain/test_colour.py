"""Colours as people write them."""

import pytest
from PIL import ImageColor

from handler.domain.colour import parse_colour
from handler.domain.colour_names import COLOUR_NAMES
from handler.domain.request import Colour


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#ffffff", Colour(255, 255, 255)),
        ("#fff", Colour(255, 255, 255)),
        ("81d4fa", Colour(0x81, 0xD4, 0xFA)),
        ("#81d4fa77", Colour(0x81, 0xD4, 0xFA, 0x77)),
        ("f008", Colour(255, 0, 0, 0x88)),
        ("#1aF", Colour(0x11, 0xAA, 0xFF)),
        ("rgb(255, 128, 0)", Colour(255, 128, 0)),
        ("RGBA(1,2,3,0.5)", Colour(1, 2, 3, 128)),
        ("rgba(1,2,3,.25)", Colour(1, 2, 3, 64)),
        (" white ", Colour(255, 255, 255)),
        ("RebeccaPurple", Colour(0x66, 0x33, 0x99)),
    ],
)
def test_a_colour_is_read_in_every_common_spelling(text: str, expected: Colour) -> None:
    """Hex of any length, functions and names all name the same kind of value."""
    assert expected == parse_colour(text)


def test_every_name_of_css_is_known() -> None:
    """All 148, each the colour that others paint by it."""
    assert 148 == len(COLOUR_NAMES)
    assert ImageColor.colormap.keys() == COLOUR_NAMES.keys()
    for name in COLOUR_NAMES:
        assert Colour(*ImageColor.getrgb(name)) == parse_colour(name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        "#12",
        "#12345",
        "#ggg",
        "rgb(256, 0, 0)",
        "rgba(1,2,3,1.5)",
        "rgb(1,2)",
        "whit",
        "#white",
        "\0",
    ],
)
def test_what_is_no_colour_is_not_guessed(text: str) -> None:
    """A near miss is refused, never repaired."""
    assert parse_colour(text) is None
