"""Answers that come piece by piece."""

import http.client
import time
from collections.abc import Iterator

import anyio
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from handler.api.reply import to_response
from handler.api.streams import Pace, Streams
from handler.dialects.base import Outbound
from handler.domain.errors import StoreUnavailableError
from tests.serving import serving

PATIENCE_SECONDS = 10
QUICK = Pace(max_open=2, pause_seconds=0.01, max_seconds=0.5)
GET: Scope = {"type": "http", "method": "GET"}


def endless() -> Iterator[bytes]:
    """One piece, then silence."""
    yield b"first"
    while True:
        yield b""


def outbound(chunks: Iterator[bytes]) -> Outbound:
    """An answer of these pieces."""
    return Outbound(200, "text/event-stream", b"", chunks=chunks)


def carried(streams: Streams, chunks: Iterator[bytes], scope: Scope = GET) -> tuple[bytes, bool]:
    """What arrives, and whether it came piece by piece."""

    async def receive() -> tuple[bytes, bool]:
        answer, pieces = await streams.carried(outbound(chunks), scope)
        if pieces is None:
            return answer.body, False
        return b"".join([piece async for piece in pieces]), True

    return anyio.run(receive)


def test_every_piece_arrives() -> None:
    """Moments without one are no end."""
    assert (b"abc", True) == carried(Streams(QUICK), iter([b"a", b"", b"b", b"", b"", b"c"]))


def test_a_stream_ends_in_time() -> None:
    """Whatever may still come: its client comes again."""
    streams = Streams(QUICK)

    assert (b"first", True) == carried(streams, endless())
    assert 0 == streams.open


def test_a_gateway_that_buffers_gets_what_is_known() -> None:
    """At once, and up to the first silence."""
    scope = {**GET, "aws.event": {}}

    assert (b"ab", False) == carried(Streams(), iter([b"a", b"b", b"", b"c"]), scope)


def test_nobody_asks_for_a_head_to_have_a_body() -> None:
    """Nothing is looked at for it."""
    assert (b"", True) == carried(Streams(), endless(), {**GET, "method": "HEAD"})


def test_a_stream_too_many_gets_what_is_known() -> None:
    """So many at once wait, and no more."""

    async def crowd() -> list[bytes]:
        streams = Streams(QUICK)
        held = [(await streams.carried(outbound(endless()), GET))[1] for _ in range(2)]
        assert [b"first"] * 2 == [await anext(each) for each in held if each is not None]
        answer, pieces = await streams.carried(outbound(endless()), GET)
        assert pieces is None
        return [answer.body]

    assert [b"first"] == anyio.run(crowd)


def test_a_store_that_fails_ends_the_stream(caplog: pytest.LogCaptureFixture) -> None:
    """What has been told stays told."""

    def failing() -> Iterator[bytes]:
        yield b"told"
        raise StoreUnavailableError

    assert (b"told", True) == carried(Streams(QUICK), failing())
    assert "comes again" in caplog.text


def app_of(streams: Streams) -> ASGIApp:
    """An application that knows nothing but streams."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/plain":
            await Response(b"here")(scope, receive, send)
            return
        request = Request(scope, receive)
        answer, pieces = await streams.carried(outbound(endless()), request.scope)
        await to_response(answer, "req", 0, pieces=pieces)(scope, receive, send)

    return app


def test_whoever_leaves_ends_the_stream() -> None:
    """And as many as like may wait, while others are answered."""
    streams = Streams(Pace(max_open=60))
    with serving(app_of(streams)) as port:
        waiting = [http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS) for _ in range(60)]
        answers = []
        for connection in waiting:
            connection.request("GET", "/")
            answers.append(connection.getresponse())
        first = [answer.read(5) for answer in answers]
        most = streams.open
        plain = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        plain.request("GET", "/plain")
        told = plain.getresponse().read()
        for connection, answer in zip([plain, *waiting], [None, *answers], strict=True):
            if answer is not None:
                answer.close()
            connection.close()
        ends_at = time.monotonic() + PATIENCE_SECONDS
        while streams.open and time.monotonic() < ends_at:
            time.sleep(0.05)

    assert ([b"first"] * 60, 60, b"here", 0) == (first, most, told, streams.open)
