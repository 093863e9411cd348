"""The three things that a download does to the world: look a name up, connect, and speak TLS."""

import functools
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass


def look_up(host: str, port: int) -> Sequence[str]:
    """Every address that the system's resolver has for a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(address: str, port: int, timeout_seconds: float) -> socket.socket:
    """Connect to an address, which must be numeric: no name is resolved here."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout_seconds)
        connection.connect((address, port))
    except BaseException:
        connection.close()
        raise
    return connection


@functools.cache
def trusted_tls() -> ssl.SSLContext:
    """Certificates as the system trusts them; read once, since that takes longer than a handshake."""
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Network:
    """How the world is reached; tests put their own in the place of each."""

    look_up: Callable[[str, int], Sequence[str]] = look_up
    connect: Callable[[str, int, float], socket.socket] = connect
    tls: Callable[[], ssl.SSLContext] = trusted_tls
