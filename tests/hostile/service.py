"""The real server as a process, and a client that sends it anything."""

import http.client
import json
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import Message as Headers
from pathlib import Path
from typing import Any

from bench.memory import PeakMemory
from bench.peers.clearcut import demo_key
from bench.peers.server import HOST, serving
from tests.hostile.probes import Message
from tools.listening import free_port

# Far above what an answer takes, far below what a decoder that was made to spin takes.
PATIENCE_SECONDS = 15
SETTLING_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered."""

    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def content(self) -> Any:  # noqa: ANN401 - any JSON value
        """The JSON of the body."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Service:
    """
    A running server, its demo key, and the most memory it has held.

    Attributes:
        home: where it keeps everything; its log is beside.
        refused: names of the requests that were answered 4xx or worse.
    """

    port: int
    key: str = field(repr=False)
    memory: PeakMemory = field(repr=False)
    home: Path = field(repr=False)
    refused: set[str] = field(default_factory=set, repr=False)

    @property
    def stranger(self) -> "Service":
        """The same server for the holder of another account's key."""
        return replace(self, key=(self.home / "strange-key").read_text("utf-8").strip())

    @property
    def log(self) -> str:
        """All that it has said."""
        return (self.home.parent / "log").read_text("utf-8", "replace")

    def send(self, message: Message) -> Reply:
        """Send a message as it stands, with no header that it does not ask for."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.putrequest(message.method, message.target, skip_accept_encoding=True)
            if message.authorised:
                connection.putheader("x-api-key", self.key)
            if message.content_type is not None:
                connection.putheader("Content-Type", message.content_type)
            for name, value in message.headers:
                connection.putheader(name, value)
            if "content-length" not in {name.lower() for name, _ in message.headers}:
                connection.putheader("Content-Length", str(len(message.body)))
            connection.endheaders(message.body)
            response = connection.getresponse()
            # A stream of events has no end; its first piece is answer enough.
            is_endless = response.headers.get_content_type() == "text/event-stream"
            body = response.read1(1000) if is_endless else response.read()
            if response.status >= 400:
                self.refused.add(response.headers["X-Request-ID"])
            return Reply(response.status, response.headers, body)
        finally:
            connection.close()

    def send_bytes(self, request: bytes) -> bytes:
        """Send bytes that need not be HTTP at all, and give what came back before the server hung up."""
        with socket.create_connection((HOST, self.port), timeout=PATIENCE_SECONDS) as connection:
            answer = b""
            try:
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
                while received := connection.recv(65536):
                    answer += received
            except TimeoutError:
                raise
            except OSError:
                # To hang up is an answer too, at whatever point it comes.
                return answer
        return answer

    def used_credits(self) -> float:
        """Credits spent or held, from the account itself."""
        reply = self.send(Message(method="GET", target="/v1/me", content_type=None))
        return float(reply.content["usedCredits"])

    def settled_credits(self, expected: float) -> float:
        """Credits spent once the books are closed, which may be just after an answer went out."""
        until = time.monotonic() + SETTLING_SECONDS
        while (used := self.used_credits()) != expected and time.monotonic() < until:
            time.sleep(0.05)
        return used

    def is_healthy(self) -> bool:
        """Whether the server still answers."""
        return self.send(Message(method="GET", target="/health", content_type=None)).status == 200


@contextmanager
def running_service(folder: Path) -> Iterator[Service]:
    """Start the server in a home of its own, and watch its memory until the block ends."""
    home, port = folder / "home", free_port()
    environment = {
        "CLEARCUT_HOME": str(home),
        "PORT": str(port),
        # All probes come from one account, faster than any caller may.
        "CLEARCUT_REQUESTS_PER_SECOND": "100000",
        "CLEARCUT_REQUESTS_PER_MINUTE": "1000000",
    }
    command, log = [sys.executable, "-m", "tests.hostile.server"], folder / "log"
    with (
        serving(command, port=port, ready_path="/ready", log=log, environment=environment) as server,
        PeakMemory(server.pid) as memory,
    ):
        yield Service(port, demo_key(home), memory, home)
