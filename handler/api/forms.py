"""The three ways to write fields into a body, each bounded before it is unfolded."""

import json
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from handler.dialects.base import Upload
from handler.dialects.reading.nested import MAX_NESTED
from handler.domain.errors import MalformedBodyError

Fields = tuple[tuple[str, str], ...]

MAX_PARTS = 50
# Each value, however short, becomes an object many times its size.
MAX_JSON_MARKS = 1000
# Base64 in lines needs about 5 % of percent signs; each one more is a piece of its own in memory.
MAX_PERCENT_SHARE = 0.08


class _InMemoryParser(MultiPartParser):
    """Keeps files in memory: the body is bounded already, and a read-only machine has no disk to spill to."""

    spool_max_size = 2**31
    ended = False

    def on_end(self) -> None:
        """Note that the closing boundary came: without it a part may be missing."""
        self.ended = True


async def read_multipart(
    headers: Headers, body: AsyncGenerator[bytes, None], max_part_bytes: int
) -> tuple[Fields, tuple[Upload, ...]]:
    """Fields and files of multipart/form-data."""

    async def stream() -> AsyncGenerator[bytes, None]:
        async for chunk in body:
            yield chunk
        # Raised in here, so that the parser closes the files that it has begun.
        if not parser.ended:
            raise MalformedBodyError("The multipart body ended before its closing boundary")

    parser = _InMemoryParser(
        headers, stream(), max_files=MAX_PARTS, max_fields=MAX_PARTS, max_part_size=max_part_bytes
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise MalformedBodyError(f"Broken multipart body: {error.message[:200]}") from error
    except (FormParserError, KeyError, ValueError) as error:
        raise MalformedBodyError("Broken multipart body") from error
    fields: list[tuple[str, str]] = []
    files: list[Upload] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            data = await value.read()
            files.append(Upload(name, value.filename or "", value.content_type or "", data))
        else:
            fields.append((name, value))
    await form.close()
    return tuple(fields), tuple(files)


def read_urlencoded(body: bytes) -> Fields:
    """Fields of application/x-www-form-urlencoded."""
    if body.count(b"%") > MAX_PARTS * 100 + len(body) * MAX_PERCENT_SHARE:
        raise MalformedBodyError("Too much of the form is percent signs; send base64, or a multipart form")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_PARTS)
    except ValueError as error:
        raise MalformedBodyError("Broken urlencoded body") from error
    # Base64 has no spaces: they are the pluses of somebody who did not escape them.
    return tuple((name, text.replace(" ", "+") if name.endswith("_b64") else text) for name, text in pairs)


def read_json(body: bytes) -> Fields:
    """Fields of a JSON object: scalars as text, lists and objects as JSON."""
    nested = _count(body, b"{", MAX_NESTED) + _count(body, b"[", MAX_NESTED)
    if nested > MAX_NESTED or nested + _count(body, b",", MAX_JSON_MARKS) > MAX_JSON_MARKS:
        raise MalformedBodyError("The JSON body has too many values")
    try:
        # A name given twice must be seen, as in any other body form.
        content = json.loads(body, object_pairs_hook=_Object)
    except ValueError as error:
        raise MalformedBodyError("The body is not JSON") from error
    if not isinstance(content, _Object):
        raise MalformedBodyError("The JSON body must be an object")
    return tuple((name, _as_text(value)) for name, value in content.pairs if value is not None)


def _count(body: bytes, sign: bytes, most: int) -> int:
    """How many there are, or one more than the most; `count` would look at every byte by itself."""
    found, at = 0, body.find(sign)
    while at >= 0 and found <= most:
        found, at = found + 1, body.find(sign, at + 1)
    return found


class _Object(dict[str, Any]):
    """A JSON object that remembers its names in order, repeats kept."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def _as_text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return value if isinstance(value, str) else json.dumps(value)
