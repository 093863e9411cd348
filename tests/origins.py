"""Real servers on the loopback that answer as a test wants, byte for byte, and a made-up Internet."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from handler.fetch.network import Network

Script = Callable[[socket.socket], None]
PUBLIC = "93.184.216.34"


@dataclass(slots=True)
class Origin:
    """A server; `heads` are the requests that came, by the order of their coming."""

    port: int
    pages: dict[str, bytes | Script] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/") -> str:
        """The address of a page, for a host that is exempt."""
        return f"http://127.0.0.1:{self.port}{path}"

    def serve(self, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
        """Answer one request; a client that goes away is no failure of the test."""
        try:
            connection.settimeout(10)
            with tls.wrap_socket(connection, server_side=True) if tls else connection as stream:
                head = _read_head(stream)
                self.heads.append(head)
                page = self.pages.get(head.split(" ")[1], answer(b"", status="404 Not Found"))
                if callable(page):
                    page(stream)
                else:
                    stream.sendall(page)
        except OSError:
            connection.close()

    def drip(self, piece: bytes, start: bytes = b"") -> Script:
        """Send a start, and then a piece again and again, until the client goes away or the test ends."""

        def send(stream: socket.socket) -> None:
            stream.sendall(start)
            while not self.stopping.wait(0.02):
                stream.sendall(piece)

        return send


@contextmanager
def open_origin(
    pages: Mapping[str, bytes | Script] | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[Origin]:
    """Serve pages by their paths, on a port of the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        origin = Origin(listening.getsockname()[1], dict(pages or {}))
        threads: list[threading.Thread] = []

        def accept() -> None:
            while True:
                connection, _ = listening.accept()
                if origin.stopping.is_set():
                    connection.close()
                    return
                threads.append(threading.Thread(target=origin.serve, args=(connection, tls)))
                threads[-1].start()

        threads.append(threading.Thread(target=accept))
        threads[0].start()
        try:
            yield origin
        finally:
            origin.stopping.set()
            # Closing a socket does not wake the thread that waits on it.
            socket.create_connection(("127.0.0.1", origin.port)).close()
            for thread in threads:
                thread.join()


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A whole answer, its length told unless the headers tell one."""
    told = [*headers]
    if not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in told):
        told.append(f"Content-Length: {len(body)}")
    return "\r\n".join([f"HTTP/1.1 {status}", *told, "", ""]).encode("latin-1") + body


def redirect(location: str, status: int = 302) -> bytes:
    """An answer that sends the client elsewhere."""
    return answer(b"gone", f"Location: {location}", status=f"{status} Moved")


def _read_head(stream: socket.socket) -> str:
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = stream.recv(4096)
        if not chunk:
            break
        head += chunk
    return head.decode("latin-1")


@dataclass(slots=True)
class Internet:
    """
    Names and addresses made up: whatever is connected to, an origin answers.

    Each look-up of a name takes its next answer, the last one again and again; a name that is not known
    is answered with the loopback, so that whatever slips through the reading of an address is seen.
    """

    port: int
    names: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    asked: list[str] = field(default_factory=list)
    connected: list[tuple[str, int]] = field(default_factory=list)

    @property
    def network(self) -> Network:
        """The made-up one, as a download reaches it."""
        if self.tls is None:
            return Network(self._look_up, self._connect)
        tls = self.tls
        return Network(self._look_up, self._connect, lambda: tls)

    def _look_up(self, host: str, port: int) -> Sequence[str]:
        answers = self.names.get(host, (("127.0.0.1",),))
        self.asked.append(host)
        return answers[min(self.asked.count(host), len(answers)) - 1]

    def _connect(self, address: str, port: int, timeout_seconds: float) -> socket.socket:
        self.connected.append((address, port))
        return socket.create_connection(("127.0.0.1", self.port), timeout_seconds)
