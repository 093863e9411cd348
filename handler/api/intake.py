"""Any body form becomes one Inbound; bytes and seconds are counted as they come."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress

import anyio
import anyio.to_thread
from starlette.requests import ClientDisconnect, Request

from handler.api.forms import Fields, read_json, read_multipart, read_urlencoded
from handler.dialects.base import Inbound, Upload
from handler.domain.errors import ClearcutError, ImageTooLargeError, MalformedBodyError
from handler.domain.limits import Limits

FRAMING_BYTES = 1024 * 1024
# A client that is answered while still sending often sees a broken connection instead of the
# answer, so what is over the limit is read and dropped, within reason.
MAX_DRAINED_BYTES = 64 * 1024 * 1024
_TYPES = "multipart/form-data, application/json, application/x-www-form-urlencoded or image/*"


async def read_inbound(request: Request, limits: Limits) -> Inbound:
    """Read the whole request, or refuse it."""
    fields: Fields = ()
    files: tuple[Upload, ...] = ()
    if request.method not in {"GET", "HEAD", "DELETE"}:
        fields, files = await _read_in_time(request, limits)
    for upload in files:
        if len(upload.data) > limits.max_bytes:
            raise too_large(limits)
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Inbound(headers, request.path_params, tuple(request.query_params.multi_items()), fields, files)


@asynccontextmanager
async def before_the_body(request: Request, limits: Limits) -> AsyncIterator[None]:
    """Whoever is refused in here has what they still send read and dropped, as far as is reasonable."""
    try:
        yield
    except ClearcutError:
        with anyio.move_on_after(limits.max_stall_seconds), suppress(ClientDisconnect):
            total = 0
            async for chunk in request.stream():
                total += len(chunk)
                if total > MAX_DRAINED_BYTES:
                    break
        raise


def too_large(limits: Limits) -> ImageTooLargeError:
    """Name the limit in the words of the contract."""
    return ImageTooLargeError(
        f"Maximum file size is {limits.max_bytes / 2**20:g}MB ({limits.max_bytes} bytes)"
    )


async def _read_in_time(request: Request, limits: Limits) -> tuple[Fields, tuple[Upload, ...]]:
    try:
        with anyio.fail_after(limits.max_body_seconds):
            return await _read_body(request, limits)
    except TimeoutError as error:
        raise MalformedBodyError("The body came too slowly") from error


async def _read_body(request: Request, limits: Limits) -> tuple[Fields, tuple[Upload, ...]]:
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    encoded_bytes = limits.max_bytes * 4 // 3 + FRAMING_BYTES
    if kind == "multipart/form-data":
        chunks = _counted(request, limits, encoded_bytes)
        return await read_multipart(request.headers, chunks, encoded_bytes)
    if kind == "application/json":
        body = await _read_all(request, limits, encoded_bytes)
        # Libraries name their usual type also where they send nothing.
        return (await anyio.to_thread.run_sync(read_json, body) if body else ()), ()
    if kind == "application/x-www-form-urlencoded":
        # Percent signs triple each of base64's three odd characters and its line ends, which are rare.
        body = await _read_all(request, limits, encoded_bytes * 6 // 5)
        if _is_binary(body):  # `curl --data-binary @photo.jpg` says urlencoded unless told otherwise
            return (), (Upload("", "", "", body),)
        return await anyio.to_thread.run_sync(read_urlencoded, body), ()
    if kind.startswith("image/") or kind == "application/octet-stream":
        return (), (Upload("", "", kind, await _read_all(request, limits, limits.max_bytes)),)
    body = await _read_all(request, limits, encoded_bytes)
    if not body:
        return (), ()
    raise MalformedBodyError(f"Send {_TYPES}; the Content-Type was {kind[:100] or 'missing'}")


async def _counted(request: Request, limits: Limits, max_bytes: int) -> AsyncGenerator[bytes, None]:
    total = 0
    try:
        async for chunk in _unstalled(request, limits):
            total += len(chunk)
            if total > max_bytes + MAX_DRAINED_BYTES:
                break
            if total <= max_bytes:
                yield chunk
    except ClientDisconnect as error:
        raise MalformedBodyError("The body ended early") from error
    if total > max_bytes:
        raise too_large(limits)


async def _unstalled(request: Request, limits: Limits) -> AsyncGenerator[bytes, None]:
    """Wait for each next piece only so long: whoever sends nothing would hold a place for nothing."""
    stream = request.stream()
    while True:
        with anyio.fail_after(limits.max_stall_seconds):
            try:
                chunk = await anext(stream)
            except StopAsyncIteration:
                return
        yield chunk


async def _read_all(request: Request, limits: Limits, max_bytes: int) -> bytes:
    return b"".join([chunk async for chunk in _counted(request, limits, max_bytes)])


def _is_binary(body: bytes) -> bool:
    """Tell a picture from a form: every format starts with bytes that no form is written in."""
    return any(not 32 <= byte <= 126 for byte in body[:16])
