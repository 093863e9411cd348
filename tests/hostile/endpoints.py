"""Every route of every dialect, as its own description tells what it takes."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from handler.dialects import DIALECTS
from handler.dialects.base import Route
from tests.hostile.pictures import plain
from tests.hostile.probes import Message, field_part, file_part, form

FORM = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"
JSON = "application/json"
SOME_ID = "00000000-0000-4000-8000-000000000000"
_PART = re.compile(r"\{(\w+)(?::path)?\}")
_PICTURE_NAMES = ("image_file", "file", "files", "image")

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    One operation, and the names that it knows.

    Attributes:
        bodies: names of text fields by the type of body that they may come in.
        files: names of file fields.
        query: names of the address's parameters.
        inner: what the fields hold that are objects, or lists of objects.
    """

    dialect: str
    method: str
    path: str
    bodies: Mapping[str, tuple[str, ...]] = field(repr=False)
    files: tuple[str, ...]
    query: tuple[str, ...] = field(repr=False)
    inner: Mapping[str, tuple[str, ...]] = field(repr=False)

    @property
    def name(self) -> str:
        """What it is called among others."""
        return f"{self.dialect} {self.method} {self.path}"

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the address's own parts."""
        return tuple(_PART.findall(self.path))

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of a text, wherever it may come."""
        return tuple(
            dict.fromkeys((*(name for names in self.bodies.values() for name in names), *self.query))
        )

    def target(self, parts: Mapping[str, str] | None = None, query: Pairs = ()) -> str:
        """Its address, with parts as they stand and a query whose texts are escaped."""
        given = parts or {}
        path = _PART.sub(lambda match: given.get(match[1], SOME_ID), self.path)
        pairs = "&".join(f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in query)
        return f"{path}?{pairs}" if pairs else path

    def message(
        self, content_type: str = FORM, fields: Pairs = (), query: Pairs = (), files: Sequence[bytes] = ()
    ) -> Message:
        """A request of this body form; without files of its own it has a sound picture."""
        target = self.target(query=query)
        if self.method != "POST":
            return Message(content_type=None, method=self.method, target=target)
        if content_type == JSON:
            return Message(json.dumps(dict(fields)).encode(), JSON, target=target)
        if content_type == URLENCODED:
            text = "&".join(f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in fields)
            return Message(text.encode(), URLENCODED, target=target)
        parts = [field_part(name, text) for name, text in fields]
        return Message(form(*parts, *(files or self.pictures())), target=target)

    def pictures(self) -> tuple[bytes, ...]:
        """A part with a sound picture, under the name that it goes by here."""
        return tuple(file_part(plain("JPEG"), name) for name in self.files if name in _PICTURE_NAMES)[:1]


def _read(dialect: str, route: Route) -> Endpoint:
    bodies: dict[str, tuple[str, ...]] = {}
    files: dict[str, None] = {}
    inner: dict[str, tuple[str, ...]] = {}
    for media_type, body in route.operation.get("requestBody", {}).get("content", {}).items():
        properties: Mapping[str, Any] = body["schema"].get("properties", {})
        are_files = {name for name, schema in properties.items() if _is_file(schema)}
        files |= dict.fromkeys(sorted(are_files))
        if properties:
            bodies[media_type] = tuple(name for name in properties if name not in are_files)
        inner |= {name: tuple(_inside(schema)) for name, schema in properties.items() if _inside(schema)}
    parameters = route.operation.get("parameters", ())
    query = tuple(each["name"] for each in parameters if each["in"] == "query")
    return Endpoint(dialect, route.method, route.path, bodies, tuple(files), query, inner)


def _is_file(schema: Mapping[str, Any]) -> bool:
    return schema.get("format") == "binary" or schema.get("items", {}).get("format") == "binary"


def _inside(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    held: Mapping[str, Any] = schema.get("items", schema).get("properties", {})
    return held


def endpoints() -> Iterator[Endpoint]:
    """All of them."""
    for dialect in DIALECTS:
        for route in dialect.routes:
            yield _read(dialect.name, route)
