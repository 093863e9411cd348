"""Parameters that mean nothing, in every place where a parameter can stand."""

from tests.hostile.pictures import plain
from tests.hostile.probes import INVALID, Message, Probe, field_part, file_part, form, named, raw, upload

NO_IMAGE = frozenset({"missing_image"})
URLENCODED = "application/x-www-form-urlencoded"


def _photo() -> bytes:
    return plain("JPEG")


def _fields(name: str, *fields: tuple[str, str]) -> Probe:
    return Probe(name, lambda: upload(_photo(), fields))


def _query(name: str, query: str) -> Probe:
    return Probe(name, lambda: raw(_photo(), query=query))


PARAMETERS = [
    _fields("an unknown parameter", ("qualty", "high")),
    _fields("an unknown parameter with a hostile name", ("__class__\r\nX: y", "a")),
    _fields("an unknown parameter of a megabyte", ("a" * 2**20, "b")),
    _fields("a value of a megabyte", ("format", "p" * 2**20)),
    _fields("the same parameter twice", ("format", "png"), ("format", "jpg")),
    _fields("a format that is none", ("format", "exe")),
    _fields("an empty format", ("format", "")),
    _fields("a format with a null", ("format", "png\0")),
    _fields("a boolean that is none", ("crop", "yes")),
    _fields("a size that is none", ("size", "-1")),
    _fields("a size in words", ("size", "full size")),
    _fields("channels that are none", ("channels", "cmyk")),
    _fields("a colour that is none", ("bg_color", "#12345")),
    _fields("a colour of very many digits", ("bg_color", "rgb(" + "9" * 100_000 + ",0,0)")),
    _fields("a colour that makes patterns backtrack", ("bg_color", "rgb(" + " " * 100_000 + "x")),
    _fields("margins of very many spaces", ("crop", "true"), ("crop_margin", "1" + " " * 100_000 + "x")),
    _fields("margins of very many commas", ("crop", "true"), ("crop_margin", "1," * 50_000)),
    _fields("a margin of very many digits", ("crop", "true"), ("crop_margin", "9" * 100_000)),
    _fields("a margin that is no number", ("crop", "true"), ("crop_margin", "nan")),
    _fields("a ratio without end", ("crop", "9" * 100_000 + ":1")),
    _fields("a ratio that is a strip", ("crop", "99999:1")),
    _fields("a region turned around", ("roi", "90% 90% 10% 10%")),
    _fields("a region beyond the picture", ("roi", "0 0 999999px 999999px")),
    _fields("a gradient of very many brackets", ("bg_gradient", "(" * 100_000)),
    _fields("a frame without bounds", ("width", "999999999"), ("height", "999999999")),
    Probe(
        "a background that is no picture's address",
        lambda: upload(_photo(), (("bg_image_url", "file:///etc/passwd"),)),
        frozenset({"image_url_invalid"}),
    ),
    _fields("variants nested deeply", ("variants", "[" * 20_000)),
    _fields("variants without end", ("variants", "[" + '{"name":"a"},' * 9_000 + "{}]")),
    _fields("a variant that leads out of the folder", ("variants", '[{"name": "../../x"}]')),
    _fields("a variant of a variant", ("variants", '[{"name": "a", "variants": []}]')),
    _query("query: an unknown parameter", "?qualty=high"),
    _query("query: the same parameter twice", "?format=png&format=jpg"),
    _query("query: broken escapes", "?format=%zz%"),
    _query("query: an escaped null", "?format=png%00"),
    _query("query: an escaped half surrogate", "?bg_color=%ED%A0%80"),
    _query("query: ten thousand parameters", "?" + "a=b&" * 10_000),
    Probe(
        "in the body and in the query",
        lambda: Message(
            form(field_part("format", "png"), file_part(_photo())), target="/v1/remove?format=jpg"
        ),
    ),
    Probe("urlencoded: nothing", lambda: Message(b"", URLENCODED), NO_IMAGE),
    Probe(
        "urlencoded: separators only",
        lambda: Message(b"&=&=;;" * 10_000, URLENCODED),
        INVALID | NO_IMAGE,
    ),
    Probe(
        "urlencoded: ten thousand fields",
        lambda: Message(b"a=b&" * 10_000, URLENCODED),
    ),
    Probe("urlencoded: no base64", lambda: Message(b"image_b64=%ff%fe", URLENCODED)),
]

PROBES = named(PARAMETERS)
