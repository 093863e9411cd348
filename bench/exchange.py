"""One HTTP exchange, timed from the first byte sent to the last byte read."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.peers.server import HOST, Server

BOUNDARY = "----clearcut-bench-5b1d0e7c"
TIMEOUT_SECONDS = 300


class RefusedError(RuntimeError):
    """A server answered something else than 200, so its time means nothing."""


@dataclass(frozen=True, slots=True)
class Call:
    """Where one system takes a picture and under which form field."""

    path: str
    file_field: str
    fields: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished exchange."""

    seconds: float
    body: bytes = field(repr=False)
    server_timing: str = ""


def multipart(call: Call, jpeg: bytes) -> bytes:
    """The form that carries a picture."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in call.fields.items()
    ]
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{call.file_field}"; filename="photo.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return "".join([*parts, head]).encode() + jpeg + f"\r\n--{BOUNDARY}--\r\n".encode()


def exchange(port: int, call: Call, jpeg: bytes) -> Answer:
    """Send one picture over a connection of its own, as curl would."""
    body = multipart(call, jpeg)
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **call.headers}
    began = time.perf_counter()
    connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", call.path, body, headers)
        response = connection.getresponse()
        received = response.read()
    finally:
        connection.close()
    seconds = time.perf_counter() - began
    if response.status != http.HTTPStatus.OK:
        raise RefusedError(f"{call.path} answered {response.status}: {received[:300]!r}")
    return Answer(seconds, received, response.headers.get("Server-Timing", ""))


@dataclass(frozen=True, slots=True)
class Running:
    """A started system that takes pictures."""

    server: Server
    call: Call
    health_path: str | None = None

    def cut_out(self, jpeg: bytes) -> Answer:
        """Send a picture and read the whole cut-out."""
        return exchange(self.server.port, self.call, jpeg)
