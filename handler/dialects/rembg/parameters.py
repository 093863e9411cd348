"""What `/api/remove` takes, by address and by upload."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from handler.dialects.base import Inbound
from handler.dialects.reading.kinds import count, read_count
from handler.dialects.reading.models import Models, Served, model_name, stands_in
from handler.dialects.reading.nested import read_nested
from handler.dialects.reading.parameter import Pairs, Parameter, Table, Values, names_of, read_parameters
from handler.dialects.reading.strays import ignored_header
from handler.domain.errors import ImageUrlInvalidError, InvalidParameterError, MissingImageError
from handler.domain.request import (
    Channels,
    Colour,
    Cut,
    CutoutRequest,
    Delivery,
    Edge,
    ImageUrl,
    Quality,
    Source,
    Trimap,
    Variant,
)

MODELS: Models = {
    "u2netp": Served(Quality.LOW),
    "silueta": Served(Quality.LOW),
    "u2net": Served(Quality.MEDIUM),
    "isnet-general-use": Served(Quality.MEDIUM),
    "birefnet-general-lite": Served(Quality.MEDIUM),
    "u2net_human_seg": Served(Quality.MEDIUM, special=True),
    "birefnet-general": Served(Quality.HIGH),
    "birefnet-massive": Served(Quality.HIGH),
    "birefnet-dis": Served(Quality.HIGH),
    "birefnet-hrsod": Served(Quality.HIGH),
    "birefnet-cod": Served(Quality.HIGH, special=True),
    "birefnet-portrait": Served(Quality.HIGH, special=True),
    "bria-rmbg": Served(Quality.HIGH),
}
_FLAGS = dict.fromkeys(("true", "1", "yes", "on", "t", "y"), True) | dict.fromkeys(
    ("false", "0", "no", "off", "f", "n"), False
)


def _read_flag(text: str) -> bool:
    try:
        return _FLAGS[text.lower()]
    except KeyError as error:
        raise ValueError(text) from error


def _read_bgc(text: str) -> Colour:
    red, green, blue, alpha = (read_count(part.strip(), 0, 255) for part in text.split(","))
    return Colour(red, green, blue, alpha)


def _read_extras(text: str) -> Mapping[str, Any]:
    """Read the JSON of further options; as rembg does, nothing where it is none."""
    try:
        extras = read_nested(text)
    except ValueError:
        return {}
    return extras if isinstance(extras, dict) else {}


def _flag(name: str, description: str) -> Parameter[bool]:
    schema = {"type": "boolean", "default": False}
    return Parameter(
        name=name,
        read=_read_flag,
        expected="a valid boolean: true or false",
        default=False,
        schema=schema,
        description=description,
    )


MODEL = model_name(MODELS, "u2net")
MATTING = _flag("a", "Alpha matting: what is sure becomes wholly so, and only what lies between stays soft.")
FOREGROUND = count("af", 0, 255, 240, "Alpha above it is sure to be subject; with a.")
BACKGROUND = count("ab", 0, 255, 10, "Alpha below it is sure to be background; with a.")
ERODE = count("ae", 0, 100, 10, "Pixels by which both sure areas shrink; with a.")
ONLY_MASK = _flag("om", "Answer the mask alone, as grey.")
POST_PROCESS = _flag("ppm", "Smooth the mask and make it hard.")
BACKDROP: Parameter[Colour | None] = Parameter(
    name="bgc",
    read=_read_bgc,
    expected="4 whole numbers from 0 to 255 as r,g,b,a",
    default=None,
    schema={"type": "string", "examples": ["255,255,255,255"]},
    description="Colour laid under the cut-out; not of a mask.",
)
EXTRAS: Parameter[Mapping[str, Any]] = Parameter(
    name="extras",
    read=_read_extras,
    expected="JSON",
    default={},
    schema={"type": "string"},
    description='Further options as JSON; of them, {"putalpha": true} leaves the colours as they are.',
)
TABLE: Table = (
    MODEL, MATTING, FOREGROUND, BACKGROUND, ERODE, ONLY_MASK, POST_PROCESS, BACKDROP, EXTRAS,
)  # fmt: skip
# Also by POST these are read from the address.
QUERY_ONLY = frozenset({"bgc", "extras"})
_BY_ADDRESS = frozenset(("url", *names_of(TABLE)))
_IN_FORM = frozenset(("file", *names_of(TABLE))) - QUERY_ONLY


def parse_get(inbound: Inbound) -> CutoutRequest:
    """Read the address of a picture and the options beside it."""
    given = dict(inbound.query)
    address = given.get("url", "").strip()
    if not address:
        raise MissingImageError("query")
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise ImageUrlInvalidError("Invalid URL.") from error
    if parts.scheme.lower() not in {"http", "https"}:
        raise ImageUrlInvalidError("Only http and https URLs are allowed.")
    if not parts.hostname:
        raise ImageUrlInvalidError("Invalid URL: missing hostname.")
    return _request(ImageUrl(address), _read("query", inbound.query))


def parse_post(inbound: Inbound) -> CutoutRequest:
    """Read a picture's file and the options, which stand in the form, but for two in the address."""
    files = [upload.data for upload in inbound.files if upload.name == "file"]
    if not files or not files[0]:
        raise MissingImageError("body")
    in_form = [pair for pair in inbound.fields if pair[0] not in QUERY_ONLY]
    in_query = [pair for pair in inbound.query if pair[0] in QUERY_ONLY]
    return _request(files[0], _read("body", [*in_form, *in_query]))


def ignored(inbound: Inbound) -> tuple[tuple[str, str], ...]:
    """Name what had no meaning where it stood: each method reads its options from other places."""
    uploaded = bool(inbound.files)
    addressed = QUERY_ONLY if uploaded else _BY_ADDRESS
    read = [pair for pair in inbound.query if pair[0] in addressed]
    read += [pair for pair in inbound.fields if pair[0] in _IN_FORM]
    idle = _idle(read_parameters(TABLE, read))
    query = tuple(pair for pair in inbound.query if pair[0] not in addressed - idle)
    fields = tuple(pair for pair in inbound.fields if pair[0] not in _IN_FORM - idle)
    files = tuple(upload for upload in inbound.files if upload.name != "file")
    return ignored_header(Inbound(query=query, fields=fields, files=files), ())


def _idle(values: Values) -> frozenset[str]:
    """What means nothing beside the rest: thresholds without matting, a colour behind a mask."""
    idle = () if values[MATTING] else (FOREGROUND.name, BACKGROUND.name, ERODE.name)
    return frozenset((*idle, *((BACKDROP.name,) if values[ONLY_MASK] else ())))


def notice(inbound: Inbound) -> tuple[tuple[str, str], ...]:
    """Say so where a model made for one kind of subject is served by one for any."""
    # An upload's model stands in its form, and one in its address means nothing.
    name = read_parameters((MODEL,), inbound.fields if inbound.files else inbound.query)[MODEL]
    return stands_in(MODELS, name)


def _read(place: str, given: Pairs) -> Values:
    try:
        return read_parameters(TABLE, given)
    except InvalidParameterError as error:
        where = "query" if error.field in QUERY_ONLY else place
        raise InvalidParameterError(f"{where}.{error.field}", error.expected, error.received) from error


def _request(source: Source, values: Values) -> CutoutRequest:
    trimap = Trimap(values[FOREGROUND], values[BACKGROUND], values[ERODE]) if values[MATTING] else None
    # With it rembg leaves the picture's colours alone, hidden ones too.
    decontaminate = 0.0 if values[EXTRAS].get("putalpha") is True else 1.0
    edge = Edge(binary=values[POST_PROCESS], trimap=trimap, decontaminate=decontaminate)
    variant = Variant(channels=Channels.ALPHA) if values[ONLY_MASK] else Variant(background=values[BACKDROP])
    return CutoutRequest(
        source,
        Cut(MODELS[values[MODEL]].quality, edge=edge),
        (variant,),
        Delivery.LADDER,
        ("rembg.picture",),
    )
