"""Bodies that are not what their content type says."""

import base64
import json
from collections.abc import Callable

from tests.hostile.pictures import plain
from tests.hostile.probes import (
    BOUNDARY,
    DAMAGED,
    INVALID,
    MULTIPART,
    Message,
    Probe,
    field_part,
    file_part,
    form,
    json_message,
    named,
    part,
)

NO_IMAGE = frozenset({"missing_image"})
DISPOSITION = 'Content-Disposition: form-data; name="image_file"; filename="a.jpg"'


def _photo() -> bytes:
    return plain("JPEG")


def _form(name: str, body: Callable[[bytes], bytes], codes: frozenset[str] = INVALID) -> Probe:
    return Probe(name, lambda: Message(body(_photo())), codes | INVALID)


def _typed(name: str, content_type: str | None, codes: frozenset[str] = INVALID) -> Probe:
    return Probe(name, lambda: Message(form(file_part(_photo())), content_type), codes)


def _json(name: str, body: bytes, codes: frozenset[str] = INVALID) -> Probe:
    return Probe(name, lambda: Message(body, "application/json"), codes)


def _base64(text: object) -> bytes:
    return json.dumps({"image_b64": text}).encode()


FORMS = [
    _form("no closing boundary", file_part),
    _form("cut in the picture", lambda photo: file_part(photo)[:-600]),
    _form("cut in a header", lambda photo: form(file_part(photo))[:40]),
    _form("cut in the boundary", lambda photo: form(file_part(photo))[:5]),
    _form("only the closing boundary", lambda photo: form(), NO_IMAGE),
    _form("nothing", lambda photo: b"", NO_IMAGE),
    _form(
        "another boundary than announced",
        lambda photo: form(file_part(photo)).replace(b"frontier", b"border!!"),
    ),
    _form("the picture without any framing", lambda photo: photo),
    _form("text before the first boundary and no boundary", lambda photo: b"preamble" * 1000),
    _form("a header without a colon", lambda photo: form(part(photo, "Content-Disposition form-data"))),
    _form("a header line of a megabyte", lambda photo: form(part(photo, "X-A: " + "a" * 2**20, DISPOSITION))),
    _form("a header name of control signs", lambda photo: form(part(photo, "\x01\x02: a", DISPOSITION))),
    _form(
        "ten thousand headers",
        lambda photo: form(part(photo, *["X-A: a"] * 10_000, DISPOSITION)),
        NO_IMAGE | DAMAGED,
    ),
    _form("no disposition", lambda photo: form(part(photo, "Content-Type: image/jpeg")), NO_IMAGE),
    _form("a disposition without a name", lambda photo: form(part(photo, "Content-Disposition: form-data"))),
    _form(
        "a disposition of another kind",
        lambda photo: form(part(photo, "Content-Disposition: attachment")),
        NO_IMAGE,
    ),
    _form(
        "a name of invalid UTF-8",
        lambda photo: form(file_part(photo)).replace(b"image_file", b"\xff\xfe"),
        NO_IMAGE,
    ),
    _form("a name with a null", lambda photo: form(file_part(photo, "image\0file")), NO_IMAGE),
    _form("a wrong field", lambda photo: form(file_part(photo, "picture")), NO_IMAGE),
    _form(
        "two pictures under one name",
        lambda photo: form(file_part(photo) * 2),
        frozenset({"multiple_images"}),
    ),
    _form(
        "two pictures under two names",
        lambda photo: form(file_part(photo), file_part(photo, "file")),
        frozenset({"multiple_images"}),
    ),
    _form("a picture beside an unknown file", lambda photo: form(file_part(photo), file_part(photo, "mask"))),
    _form(
        "the picture as a text field",
        lambda photo: form(field_part("image_file", "photo")),
        NO_IMAGE | DAMAGED,
    ),
    _form("ten thousand fields", lambda photo: form(field_part("a", "b") * 10_000, file_part(photo))),
    _form("ten thousand files", lambda photo: form(file_part(b"", "a") * 10_000, file_part(photo))),
    _form("a form inside the form", lambda photo: form(part(form(file_part(photo)), DISPOSITION)), DAMAGED),
    _form(
        "a picture in transfer encoding",
        lambda photo: form(part(base64.b64encode(photo), DISPOSITION, "Content-Transfer-Encoding: base64")),
        DAMAGED,
    ),
]

TYPES = [
    _typed("no content type", None),
    _typed("an empty content type", ""),
    _typed("a content type of nonsense", ";;;=,\t/"),
    _typed("a content type of ten thousand signs", "a" * 10_000),
    _typed("text", "text/plain"),
    _typed("a form without a boundary", "multipart/form-data"),
    _typed("a form with an empty boundary", "multipart/form-data; boundary="),
    _typed("a form with a boundary of a kilobyte", f"multipart/form-data; boundary={'b' * 1024}"),
    _typed("a form of another kind", f"multipart/mixed; boundary={BOUNDARY}"),
    _typed("a form said to be JSON", "application/json"),
    _typed("a form said to be urlencoded", "application/x-www-form-urlencoded", INVALID | NO_IMAGE | DAMAGED),
    _typed("a form said to be a picture", "image/jpeg", DAMAGED),
    Probe(
        "a form in a charset that is none",
        lambda: Message(form(field_part("a", "b"), file_part(_photo())), f"{MULTIPART}; charset=no-such"),
    ),
]

JSON = [
    Probe("json: nothing", lambda: Message(b"", "application/json"), NO_IMAGE),
    Probe(
        "json: three million empty objects",
        lambda: Message(b'{"a":[' + b"{}," * 3_000_000 + b"{}]}", "application/json"),
        INVALID,
    ),
    Probe(
        "a form of percent signs",
        lambda: Message(b"image_b64=" + b"%41" * 6_000_000, "application/x-www-form-urlencoded"),
        INVALID,
    ),
    _json("json: a name of a megabyte", json.dumps({"n" * 2**20: 1, "image_b64": "aGk="}).encode()),
    _json("json: half an object", b'{"image_b64": "'),
    _json("json: an array", b"[]"),
    _json("json: a number", b"1"),
    _json("json: null", b"null"),
    _json("json: an empty object", b"{}", NO_IMAGE),
    _json("json: very deep", b"[" * 200_000),
    _json("json: a deep value", b'{"a":' * 50_000),
    _json("json: a number of a million digits", b'{"image_b64": ' + b"9" * 1_000_000 + b"}"),
    _json("json: invalid UTF-8", b'{"image_b64": "\xff\xfe"}'),
    _json("json: half a surrogate pair", b'{"image_b64": "aGk=", "bg_color": "\\ud800"}'),
    _json("json: half a surrogate pair for a name", b'{"image_b64": "aGk=", "\\udfff": "a"}'),
    _json("json: a picture that is null", _base64(None), NO_IMAGE),
    _json("json: a picture that is a number", _base64(7), INVALID | DAMAGED),
    _json("json: a picture that is a list", _base64(["aGk="])),
    _json("json: a picture that is an object", _base64({"a": "b"})),
    _json("json: an empty picture", _base64(""), INVALID | NO_IMAGE | DAMAGED),
    _json("json: no base64", _base64("!!! not base64 !!!")),
    _json("json: base64 cut short", _base64("aGVsbG8gd29ybG"), INVALID | DAMAGED),
    _json("json: base64 of no picture", _base64("aGVsbG8="), DAMAGED),
    _json("json: base64 beyond ASCII", _base64("aGVsbG8\u00e9")),
    _json(
        "json: a data address without data", _base64("data:image/png;base64,"), INVALID | NO_IMAGE | DAMAGED
    ),
    _json("json: a data address of no base64", _base64("data:text/html,<b>")),
    _json(
        "json: the same name twice",
        b'{"image_b64": "aGk=", "image_b64": "aGk="}',
        INVALID | {"multiple_images"},
    ),
    Probe(
        "json: one byte over the limit",
        lambda: json_message({"image_b64": base64.b64encode(bytes(20 * 2**20 + 1)).decode()}),
        frozenset({"image_too_large"}),
    ),
]

PROBES = named([*FORMS, *TYPES, *JSON])
