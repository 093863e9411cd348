"""One GET over an open connection: what is said, and what is heard of the answer."""

import io
import socket
from collections.abc import Callable
from http.client import HTTPResponse
from typing import cast

from handler.domain.errors import ImageTooLargeError, ImageUrlFailedError
from handler.fetch.countdown import Countdown
from handler.fetch.target import Target

CHUNK_BYTES = 64 * 1024
# More than any format needs to be told by, its list of brands included.
HEAD_BYTES = 512
USER_AGENT = "Clearcut"


class _TimedStream(io.RawIOBase):
    """
    Reads a connection against the countdown.

    A socket's own timeout begins anew with every byte that comes, so that a server could drip for ever.
    """

    def __init__(self, connection: socket.socket, countdown: Countdown) -> None:
        self._connection = connection
        self._countdown = countdown

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # BufferedReader gives nothing else
        self._connection.settimeout(self._countdown.left_seconds())
        return self._connection.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """All that the standard library's reader of answers asks of a socket."""
        return io.BufferedReader(self)


def ask(connection: socket.socket, target: Target, countdown: Countdown) -> HTTPResponse:
    """Send the request, and read the answer as far as its headers."""
    lines = (
        f"GET {target.path} HTTP/1.1",
        f"Host: {target.authority}",
        f"User-Agent: {USER_AGENT}",
        "Accept: image/*, */*;q=0.1",
        # What would have to be unpacked could unpack to any size.
        "Accept-Encoding: identity",
        "Connection: close",
    )
    connection.settimeout(countdown.left_seconds())
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
    return heard(connection, "GET", countdown)


def heard(connection: socket.socket, method: str, countdown: Countdown) -> HTTPResponse:
    """Read the answer to a request as far as its headers."""
    response = HTTPResponse(cast("socket.socket", _TimedStream(connection, countdown)), method=method)
    response.begin()
    return response


def read_picture(response: HTTPResponse, max_bytes: int, check_head: Callable[[bytes], object]) -> bytes:
    """Read the body, counting, and stop as soon as it cannot become a picture that is taken."""
    if response.status != 200:
        raise ImageUrlFailedError("The address does not give a picture")
    if (response.getheader("Content-Encoding") or "identity").strip().lower() != "identity":
        raise ImageUrlFailedError("The picture came in an encoding that was not asked for")
    if (response.getheader("Transfer-Encoding") or "chunked").strip().lower() != "chunked":
        raise ImageUrlFailedError("The picture came in an encoding that was not asked for")
    promised = response.length
    if promised is not None and promised > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()
    is_checked = False
    while chunk := response.read1(CHUNK_BYTES):
        body += chunk
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
        if not is_checked and len(body) >= HEAD_BYTES:
            check_head(bytes(body[:HEAD_BYTES]))
            is_checked = True
    if promised is not None and len(body) < promised:
        raise ImageUrlFailedError("The connection ended before the picture did")
    if not is_checked:
        check_head(bytes(body))
    return bytes(body)


def _too_large(max_bytes: int) -> ImageTooLargeError:
    return ImageTooLargeError(
        f"The file at the address is larger than {max_bytes // (1024 * 1024)}MB ({max_bytes} bytes)"
    )
