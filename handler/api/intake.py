"""Any body form becomes one Inbound; bytes are counted as they come."""

import json
from collections.abc import AsyncGenerator
from typing import Any

from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from handler.dialects.base import Inbound, Upload
from handler.domain.errors import ImageTooLargeError, MalformedBodyError
from handler.domain.limits import Limits

MAX_PARTS = 50
FRAMING_BYTES = 1024 * 1024
# A client that is answered while still sending often sees a broken connection instead of the
# answer, so what is over the limit is read and dropped, within reason.
MAX_DRAINED_BYTES = 64 * 1024 * 1024
_TYPES = "multipart/form-data, application/json, application/x-www-form-urlencoded or image/*"


async def read_inbound(request: Request, limits: Limits) -> Inbound:
    """Read the whole request, or refuse it."""
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[Upload, ...] = ()
    if request.method not in {"GET", "HEAD", "DELETE"}:
        fields, files = await _read_body(request, limits)
    for upload in files:
        if len(upload.data) > limits.max_bytes:
            raise too_large(limits)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Inbound(headers, tuple(request.query_params.multi_items()), fields, files)


def too_large(limits: Limits) -> ImageTooLargeError:
    """Name the limit in the words of the contract."""
    return ImageTooLargeError(
        f"Maximum file size is {limits.max_bytes // (1024 * 1024)}MB ({limits.max_bytes} bytes)"
    )


async def _read_body(
    request: Request, limits: Limits
) -> tuple[tuple[tuple[str, str], ...], tuple[Upload, ...]]:
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    encoded_bytes = limits.max_bytes * 4 // 3 + FRAMING_BYTES
    if kind == "multipart/form-data":
        return await _read_multipart(request, limits, encoded_bytes)
    if kind == "application/json":
        return _read_json(await _read_all(request, limits, encoded_bytes)), ()
    if kind == "application/x-www-form-urlencoded":
        # Percent signs triple each of base64's three odd characters, which are rare.
        body = await _read_all(request, limits, encoded_bytes * 2)
        if _is_binary(body):  # `curl --data-binary @photo.jpg` says urlencoded unless told otherwise
            return (), (Upload("", "", "", body),)
        return await _read_urlencoded(request, body, encoded_bytes), ()
    if kind.startswith("image/") or kind == "application/octet-stream":
        return (), (Upload("", "", kind, await _read_all(request, limits, limits.max_bytes)),)
    body = await _read_all(request, limits, encoded_bytes)
    if not body and not kind:
        return (), ()
    raise MalformedBodyError(f"Send {_TYPES}; the Content-Type was {kind[:100] or 'missing'}")


async def _counted(request: Request, limits: Limits, max_bytes: int) -> AsyncGenerator[bytes, None]:
    total = 0
    try:
        async for chunk in request.stream():
            total += len(chunk)
            if total > max_bytes + MAX_DRAINED_BYTES:
                break
            if total <= max_bytes:
                yield chunk
    except ClientDisconnect as error:
        raise MalformedBodyError("The body ended early") from error
    if total > max_bytes:
        raise too_large(limits)


async def _read_all(request: Request, limits: Limits, max_bytes: int) -> bytes:
    return b"".join([chunk async for chunk in _counted(request, limits, max_bytes)])


class _InMemoryParser(MultiPartParser):
    """Keeps files in memory: the body is bounded already, and a read-only machine has no disk to spill to."""

    spool_max_size = 2**31
    ended = False

    def on_end(self) -> None:
        """Note that the closing boundary came: without it a part may be missing."""
        self.ended = True


async def _read_multipart(
    request: Request, limits: Limits, encoded_bytes: int
) -> tuple[tuple[tuple[str, str], ...], tuple[Upload, ...]]:
    async def stream() -> AsyncGenerator[bytes, None]:
        async for chunk in _counted(request, limits, encoded_bytes):
            yield chunk
        # Raised in here, so that the parser closes the files that it has begun.
        if not parser.ended:
            raise MalformedBodyError("The multipart body ended before its closing boundary")

    parser = _InMemoryParser(
        request.headers, stream(), max_files=MAX_PARTS, max_fields=MAX_PARTS, max_part_size=encoded_bytes
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


async def _read_urlencoded(request: Request, body: bytes, max_part_bytes: int) -> tuple[tuple[str, str], ...]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body
        yield b""

    parser = FormParser(request.headers, stream(), max_fields=MAX_PARTS, max_part_size=max_part_bytes)
    try:
        form = await parser.parse()
    except (MultiPartException, FormParserError, ValueError) as error:
        raise MalformedBodyError("Broken urlencoded body") from error
    return tuple((name, str(value)) for name, value in form.multi_items())


def _read_json(body: bytes) -> tuple[tuple[str, str], ...]:
    try:
        # A name given twice must be seen, as in any other body form.
        content = json.loads(body, object_pairs_hook=_Object)
    except (ValueError, RecursionError) as error:
        raise MalformedBodyError("The body is not JSON") from error
    if not isinstance(content, _Object):
        raise MalformedBodyError("The JSON body must be an object")
    return tuple((name, _as_text(value)) for name, value in content.pairs if value is not None)


class _Object(dict[str, Any]):
    """A JSON object that remembers its names in order, repeats kept."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def _as_text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return value if isinstance(value, str) else json.dumps(value)


def _is_binary(body: bytes) -> bool:
    """Tell a picture from a form: every format starts with bytes that no form is written in."""
    return any(not 32 <= byte <= 126 for byte in body[:16])
