"""What a server may answer, and what is made of it; every server here is a real one."""

import gzip
import random
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.domain.errors import (
    CallerError,
    ImageTooLargeError,
    ImageUrlFailedError,
    UnsupportedFormatError,
)
from handler.domain.limits import Deadline
from handler.fetch.download import FetchRule, WebImages
from handler.fetch.network import Network
from handler.fetch.target import read_exemptions
from handler.pipeline.decode.sniff import format_of
from tests.images import encoded, noise
from tests.origins import PUBLIC, Origin, answer

PICTURE = encoded(noise(64, 64, 3))
MAX_BYTES = len(PICTURE) + 1000
SHORT_SECONDS = 0.4


def fetch(origin: Origin, path: str = "/", seconds: float = 8.0, max_bytes: int = MAX_BYTES) -> bytes:
    """Download from a host that is exempt."""
    rule = FetchRule(read_exemptions(f"127.0.0.1:{origin.port}"), seconds)
    return WebImages(format_of, rule).fetch(origin.url(path), max_bytes, Deadline.after(20))


def chunked(*pieces: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """A body that tells the length of each piece only."""
    framed = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return answer(framed + end, "Transfer-Encoding: chunked")


@pytest.mark.parametrize(
    "page",
    [
        answer(PICTURE),
        answer(PICTURE, "Content-Encoding: identity"),
        answer(PICTURE, "Content-Type: text/html", "Connection: keep-alive"),
        chunked(PICTURE[:10], PICTURE[10:700], PICTURE[700:]),
        b"HTTP/1.0 200 OK\r\n\r\n" + PICTURE,
        b"HTTP/1.1 100 Continue\r\n\r\n" + answer(PICTURE),
        answer(PICTURE + b"beyond the promised end", f"Content-Length: {len(PICTURE)}"),
    ],
    ids=["length", "identity", "wrong type", "chunked", "until closed", "continue", "more than promised"],
)
def test_every_plain_way_to_send_a_picture_is_understood(origin: Origin, page: bytes) -> None:
    """The bytes count, not what is said of them."""
    origin.pages["/"] = page

    assert fetch(origin) == PICTURE


def test_the_largest_file_is_taken_and_one_byte_more_is_not(origin: Origin) -> None:
    """Whether its length is told or not."""
    for path, page in (("/told", answer(PICTURE)), ("/chunked", chunked(PICTURE))):
        origin.pages[path] = page

        assert fetch(origin, path, max_bytes=len(PICTURE)) == PICTURE
        with pytest.raises(ImageTooLargeError):
            fetch(origin, path, max_bytes=len(PICTURE) - 1)


@pytest.mark.parametrize(
    "status", ["204 No Content", "206 Partial", "401 No", "404 No", "500 Oh", "999 What"]
)
def test_any_status_but_200_has_failed_and_is_not_told(origin: Origin, status: str) -> None:
    """Else callers could look around by what they are told."""
    origin.pages["/"] = answer(b"internal secret", "WWW-Authenticate: secret", status=status)

    with pytest.raises(ImageUrlFailedError) as caught:
        fetch(origin)
    assert "secret" not in str(caught.value)
    assert status[:3] not in str(caught.value)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip", "GZIP"])
def test_an_encoding_that_was_not_asked_for_is_refused(origin: Origin, encoding: str) -> None:
    """A thousand bytes could unpack to a million."""
    origin.pages["/"] = answer(gzip.compress(PICTURE), f"Content-Encoding: {encoding}")

    with pytest.raises(ImageUrlFailedError, match="encoding"):
        fetch(origin)


def test_a_transfer_encoding_that_is_not_plain_is_refused(origin: Origin) -> None:
    """Likewise, by the other header."""
    origin.pages["/"] = answer(gzip.compress(PICTURE), "Transfer-Encoding: gzip, chunked")

    with pytest.raises(ImageUrlFailedError, match="encoding"):
        fetch(origin)


@pytest.mark.parametrize(
    "page",
    [
        answer(PICTURE, f"Content-Length: {len(PICTURE) + 1}"),
        chunked(PICTURE, end=b""),
        chunked(end=b"fff\r\n" + PICTURE[:100]),
        chunked(end=b"not a number\r\n" + PICTURE),
    ],
    ids=["longer than sent", "no last chunk", "short chunk", "chunk of no length"],
)
def test_a_picture_that_ends_before_its_promise_has_failed(origin: Origin, page: bytes) -> None:
    """Half a picture is no picture."""
    origin.pages["/"] = page

    with pytest.raises(ImageUrlFailedError):
        fetch(origin)


@pytest.mark.parametrize("length", ["-1", "1e9", "0x10", "", "five"])
def test_a_length_that_is_no_number_promises_nothing(origin: Origin, length: str) -> None:
    """The bytes are counted all the same."""
    origin.pages["/"] = answer(PICTURE, f"Content-Length: {length}")
    origin.pages["/large"] = answer(PICTURE + bytes(2000), f"Content-Length: {length}")

    assert fetch(origin) == PICTURE
    with pytest.raises(ImageTooLargeError):
        fetch(origin, "/large")


def test_a_length_beyond_the_limit_is_not_read_at_all(origin: Origin) -> None:
    """The answer's head says enough: this server never sends its body."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"
    origin.pages["/"] = origin.drip(b"", start=head)

    with pytest.raises(ImageTooLargeError):
        fetch(origin)


@pytest.mark.parametrize("framing", [b"", b"Content-Length: 6000\r\n"])
def test_an_endless_body_is_cut_off(origin: Origin, framing: bytes) -> None:
    """Whatever length it had promised."""
    head = b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n" + PICTURE[:600]
    origin.pages["/"] = origin.drip(bytes(50_000), start=head)

    with pytest.raises(ImageTooLargeError):
        fetch(origin, max_bytes=5000)


@pytest.mark.parametrize(
    ("piece", "start"),
    [
        (b"H", b""),
        (b"x", b"HTTP/1.1 200 OK\r\nX-Slow: "),
        (b"X-Slow: 1\r\n", b"HTTP/1.1 200 OK\r\n"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b""),
        (b"x", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + PICTURE[:600]),
        (b"1\r\nx\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (b"", b"HTTP/1.1 200 OK\r\n\r\n"),
        (b"", b""),
    ],
    ids=["status", "header", "headers", "continues", "body", "chunks", "silent body", "silence"],
)
def test_a_server_that_drips_is_left_when_the_time_is_up(origin: Origin, piece: bytes, start: bytes) -> None:
    """Each byte comes in time, and all of them never would."""
    origin.pages["/"] = origin.drip(piece, start)

    with pytest.raises(ImageUrlFailedError, match=r"longer than 0\.4 seconds|connection to the host failed"):
        fetch(origin, seconds=SHORT_SECONDS)


@pytest.mark.parametrize(
    "body", [b"", b"<!DOCTYPE html>", b'{"error": "secret"}', b"%PDF-1.7", b"MZ", bytes(600)]
)
def test_what_is_no_picture_is_told_by_its_first_bytes(origin: Origin, body: bytes) -> None:
    """As for an upload, and without a word of what it is."""
    origin.pages["/"] = answer(body, "Content-Type: image/png")

    with pytest.raises(UnsupportedFormatError) as caught:
        fetch(origin)
    assert "secret" not in str(caught.value)


def test_what_cannot_become_a_picture_is_not_read_to_its_end(origin: Origin) -> None:
    """A page without end is left by its first bytes."""
    origin.pages["/"] = origin.drip(b"<p>and so on</p>" * 40, start=b"HTTP/1.1 200 OK\r\n\r\n<html>")

    with pytest.raises(UnsupportedFormatError):
        fetch(origin, max_bytes=10**9)


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"-ERR unknown command 'GET'\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
    ],
    ids=["nothing", "blank", "ssh", "redis", "version", "words", "many headers", "long header", "upgrade"],
)
def test_what_is_no_answer_has_failed(origin: Origin, page: bytes) -> None:
    """Any service may listen on port 80."""
    origin.pages["/"] = page

    with pytest.raises(ImageUrlFailedError):
        fetch(origin)


def test_a_port_without_a_server_has_failed(origin: Origin) -> None:
    """Refused at once."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    rule = FetchRule(read_exemptions(f"127.0.0.1:{port}"))

    with pytest.raises(ImageUrlFailedError):
        WebImages(format_of, rule).fetch(f"http://127.0.0.1:{port}/", 1000, Deadline.after(5))


@given(st.one_of(st.binary(max_size=300), st.integers(0, 2**32)))
def test_no_answer_whatever_breaks_the_reader(sent: bytes | int) -> None:
    """Made-up bytes, and a good answer with some bytes changed: a picture or a clear refusal."""
    ours, theirs = socket.socketpair()
    network = Network(lambda *_: (PUBLIC,), lambda *_: ours)
    with theirs:
        theirs.sendall(sent if isinstance(sent, bytes) else damaged(sent))
        theirs.shutdown(socket.SHUT_WR)
        try:
            found = WebImages(bool, None, network).fetch("http://example.com/", 50, Deadline.after(5))
        except CallerError as error:
            found = error.code.encode()
    assert len(found) <= 50


def damaged(seed: int) -> bytes:
    """A chunked answer with a few bytes exchanged."""
    chance = random.Random(seed)  # noqa: S311 - no secret is drawn
    page = bytearray(chunked(PICTURE[:20], PICTURE[20:60]) if seed % 2 else answer(PICTURE[:60]))
    for _ in range(chance.randrange(1, 6)):
        page[chance.randrange(len(page))] = chance.choice(b"\r\n :0-9xXf\x00\xff\t,;")
    return bytes(page)
