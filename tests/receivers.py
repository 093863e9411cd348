"""A receiver of webhooks on the loopback, which answers as a test wants."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Notice:
    """What came, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Receiver:
    """
    The receiver's end.

    Attributes:
        statuses: what to answer, in turn; the last one again and again.
        answer_headers: sent with each answer.
    """

    port: int = 0
    statuses: list[int] = field(default_factory=lambda: [204])
    answer_headers: dict[str, str] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where notices go."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def exemption(self) -> str:
        """What the setting must say, so that a private host is spoken to."""
        return f"127.0.0.1:{self.port}"


@contextmanager
def open_receiver() -> Iterator[Receiver]:
    """Serve for the length of a block."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.notices.append(Notice(self.path, dict(self.headers.items()), body))
            statuses = receiver.statuses
            self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
            for name, value in receiver.answer_headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.port = server.server_port
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            serving.join()
