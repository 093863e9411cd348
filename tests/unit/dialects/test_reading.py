"""The rooms that every dialect reads its callers' words with."""

import base64
from collections.abc import Callable

import pytest

from handler.dialects.answers import wants_json
from handler.dialects.base import Inbound, Upload
from handler.dialects.reading.colours import read_gradient
from handler.dialects.reading.description import bodies, in_query
from handler.dialects.reading.kinds import choice, count, flag, number
from handler.dialects.reading.measures import (
    is_empty,
    read_length,
    read_margins,
    read_percentage,
    read_position,
    read_ratio,
    read_region,
    read_scale,
)
from handler.dialects.reading.nested import MAX_NESTED, read_nested
from handler.dialects.reading.parameter import names_of, read_parameters
from handler.dialects.reading.source import SourceNames
from handler.dialects.reading.strays import ignored_header, refuse_strays, without_blanks
from handler.domain.errors import InvalidParameterError, MissingImageError, MultipleImagesError
from handler.domain.request import Colour, Gradient, ImageUrl, Length, Margins, Position, StoredImage

SIZE = choice("size", {"full": 0, "small": 512}, "full", "How large.", synonyms={"tiny": "small"})
CROP = flag("crop", "Cut down.", aliases=("trim",))
WIDTH = count("width", 1, 6000, None, "Exact width.")
FEATHER = number("feather", 0, 1, 0.5, "How soft.")
TABLE = (SIZE, CROP, WIDTH, FEATHER)
NAMES = SourceNames(
    ("image_file",), ("image_url",), ("image_b64",), ("upload_id",), raw=True, hint="Send one"
)
FILE = Upload("image_file", "a.png", "image/png", b"picture")


def is_taken(read: Callable[[str], object], text: str) -> bool:
    """Whether a text has a value."""
    try:
        read(text)
    except ValueError:
        return False
    return True


def test_a_table_gives_typed_values_and_their_defaults() -> None:
    """An alias, a synonym and spaces around a value mean what the plain words mean."""
    values = read_parameters(TABLE, [("trim", "TRUE"), ("size", " tiny "), ("other", "x")])

    assert (512, True, None, 0.5) == (values[SIZE], values[CROP], values[WIDTH], values[FEATHER])
    assert CROP in values
    assert WIDTH not in values
    assert ("size", "crop", "trim", "width", "feather") == names_of(TABLE)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ([("size", "huge")], "size"),
        ([("trim", "yes")], "trim"),
        ([("crop", "")], "crop"),
        ([("width", "0")], "width"),
        ([("width", "6001")], "width"),
        ([("width", "٣")], "width"),
        ([("width", "9" * 5000)], "width"),
        ([("feather", "nan")], "feather"),
        ([("feather", "1e0")], "feather"),
        ([("feather", "1.01")], "feather"),
        ([("crop", "true"), ("trim", "true")], "trim"),
    ],
)
def test_a_table_refuses_under_the_name_that_was_used(given: list[tuple[str, str]], named: str) -> None:
    """The caller looks for the word that it wrote."""
    with pytest.raises(InvalidParameterError) as caught:
        read_parameters(TABLE, given)

    assert named == caught.value.field


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30", Length(30)),
        ("30px", Length(30)),
        ("30 PX", Length(30)),
        ("2.5%", Length(2.5, percent=True)),
        (".5%", Length(0.5, percent=True)),
    ],
)
def test_a_length_is_pixels_unless_it_says_percent(text: str, expected: Length) -> None:
    """As people write them."""
    assert expected == read_length(text)


@pytest.mark.parametrize("text", ["", "px", "-1", "101%", "1e3", "10em", "٣px", "9" * 50, "inf", "1 0"])
def test_what_is_no_length_is_refused(text: str) -> None:
    """No guessing."""
    assert not is_taken(read_length, text)


def test_margins_are_written_as_style_sheets_write_them() -> None:
    """One value, two, or four clockwise from above; spaces and commas part alike."""
    one, two, three, four = (Length(n) for n in (1, 2, 3, 4))

    assert Margins(one, one, one, one) == read_margins("1px")
    assert Margins(one, two, one, two) == read_margins("1px, 2")
    assert Margins(one, two, three, four) == read_margins("1 2  3,4px")
    assert Margins(*[Length(50, percent=True)] * 4) == read_margins("60%", clipped=True)
    assert Margins(*[Length(500)] * 4) == read_margins("501", clipped=True)
    assert not any(is_taken(read_margins, text) for text in ("1 2 3", "501", "51%", "", "1 2 3 4 5"))


def test_a_region_is_empty_where_its_corners_enclose_nothing() -> None:
    """Pixels and percents can only be compared once the picture is known."""
    assert not is_empty(read_region("0 0 10px 10px"))
    assert not is_empty(read_region("20 0 10% 10"))
    assert is_empty(read_region("10 0 10 10"))
    assert is_empty(read_region("0% 60% 100% 40%"))


def test_shares_are_percentages_within_their_bounds() -> None:
    """Scale, position and plain percentages."""
    assert (None, 0.1, 1.0) == tuple(read_scale(text) for text in ("original", "10%", "100%"))
    positions = [read_position(text) for text in ("original", "center", "25%", "0% 100%", "0%,100%")]
    assert [None, Position(), Position(0.25, 0.25), Position(0, 1), Position(0, 1)] == positions
    assert not any(is_taken(read_scale, text) for text in ("9%", "101%", "50", "", "big"))
    assert not any(is_taken(read_position, text) for text in ("left", "50", "1% 2% 3%", "101%"))
    assert not is_taken(read_percentage, "50")


def test_a_ratio_is_two_whole_numbers() -> None:
    """And no strip."""
    assert [(1, 1), (16, 9)] == [read_ratio(text) for text in ("1:1", "16:9")]
    assert not any(
        is_taken(read_ratio, text) for text in ("1", "0:1", "1:0", "101:1", "1.5:1", "-1:1", "a:b", "1:1:1")
    )


def test_a_gradient_is_two_colours_and_an_angle() -> None:
    """Commas inside of rgb() part nothing."""
    red, white = Colour(255, 0, 0), Colour(255, 255, 255)

    assert Gradient(red, white, 90) == read_gradient("red white 90")
    assert Gradient(red, white, -45.5) == read_gradient("rgb(255, 0, 0), #fff, -45.5deg")
    assert not any(
        is_taken(read_gradient, text)
        for text in ("red white", "red 90", "red white 361", "red white up", "red white 1 2")
    )


def test_a_picture_is_found_under_each_of_its_names() -> None:
    """A file, the raw body, an address, base64, or an earlier upload."""
    encoded = base64.b64encode(b"picture").decode()

    assert NAMES.only(Inbound(files=(FILE,))) == b"picture"
    assert NAMES.only(Inbound(files=(Upload("", "", "", b"raw"),))) == b"raw"
    assert NAMES.only(Inbound(fields=(("image_b64", f"data:image/png;base64,{encoded}"),))) == b"picture"
    assert ImageUrl("https://a/b") == NAMES.only(Inbound(query=(("image_url", " https://a/b "),)))
    assert StoredImage("up_1") == NAMES.only(Inbound(fields=(("upload_id", "up_1"),)))
    assert SourceNames(("bg",)).first(Inbound(files=(FILE,))) is None


def test_base64_may_come_in_lines_and_must_be_whole() -> None:
    """As mail programs and shells break it; anything else in it is a mistake."""
    encoded = base64.encodebytes(b"picture" * 20).decode()

    assert NAMES.only(Inbound(fields=(("image_b64", f"\n{encoded}\r\n"),))) == b"picture" * 20
    for wrong in (encoded[:-2], f"{encoded}!", "Zg=", "caf\u00e9"):
        with pytest.raises(InvalidParameterError, match="base64"):
            NAMES.only(Inbound(fields=(("image_b64", wrong),)))


def test_one_picture_and_no_other_number_is_taken() -> None:
    """Which one counts must not be guessed."""
    with pytest.raises(MultipleImagesError):
        NAMES.only(Inbound(files=(FILE,), fields=(("image_url", "https://a/b"),)))
    with pytest.raises(MissingImageError, match="Send one"):
        NAMES.only(Inbound())
    with pytest.raises(MissingImageError, match="'bg'"):
        NAMES.only(Inbound(files=(Upload("bg", "a", "", b"x"),)))
    with pytest.raises(MissingImageError, match="raw"):
        SourceNames(("image_file",), hint="not raw").only(Inbound(files=(Upload("", "", "", b"x"),)))


def test_blanks_are_what_a_client_sends_for_its_defaults() -> None:
    """They are not there."""
    inbound = Inbound(
        query=(("size", ""),), fields=(("crop", " "), ("width", "3")), files=(FILE, Upload("bg", "", "", b""))
    )

    assert Inbound(fields=(("width", "3"),), files=(FILE,)) == without_blanks(inbound)


def test_strays_are_refused_by_name_or_named_in_a_header() -> None:
    """A header's value never holds what would end it."""
    inbound = Inbound(
        query=(("size", "full"), ("a", "1"), ("b\r\nX-Evil: 1", "2")), files=(FILE, Upload("c", "", "", b""))
    )

    assert (("X-Ignored-Parameters", "a, b??X-Evil??1, c"),) == ignored_header(
        inbound, ("size", *NAMES.every)
    )
    assert ignored_header(Inbound(), ()) == ()
    with pytest.raises(InvalidParameterError) as caught:
        refuse_strays(inbound, ("size", *NAMES.every))
    assert caught.value.field == "a"


@pytest.mark.parametrize("name", ["image_url", "upload_id"])
def test_half_a_character_is_no_text(name: str) -> None:
    """JSON can say it, and no store could keep it."""
    with pytest.raises(InvalidParameterError) as caught:
        NAMES.only(Inbound(fields=((name, "https://a.example/\ud800.png"),)))

    assert caught.value.field == name


def test_what_is_nested_is_read_where_it_is_little() -> None:
    """So much of it that writing it out again could fail is refused before it is read."""
    assert [{"a": [1]}] == read_nested('[{"a": [1]}]')
    assert [[("a", 1)], 2] == read_nested('[{"a": 1}, 2]', list)
    for text in ("[" * (MAX_NESTED + 1) + "]" * (MAX_NESTED + 1), '{"a":' * 100_000, "[", "1" * 5000):
        assert not is_taken(read_nested, text)


def test_the_table_describes_itself() -> None:
    """Aliases too; JSON has no files."""
    described = bodies(TABLE, NAMES)

    form = described["multipart/form-data"]["schema"]["properties"]
    assert {"image_file", "image_url", "image_b64", "upload_id", *names_of(TABLE)} == set(form)
    assert "image_file" not in described["application/json"]["schema"]["properties"]
    assert {"minimum": 1, "maximum": 6000} == {name: form["width"][name] for name in ("minimum", "maximum")}
    assert "default" not in form["width"]
    assert list(names_of(TABLE)) == [one["name"] for one in in_query(TABLE)]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/json, text/plain, */*", False),
        ("application/json, image/png", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_json_is_sent_to_whoever_wants_nothing_else(accept: str, expected: bool) -> None:  # noqa: FBT001
    """A library that names everything is most likely after the picture."""
    assert expected is wants_json({"accept": accept})
