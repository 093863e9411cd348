"""From a target to a connection: resolved once, every answer checked, connected to what was checked."""

import socket
import ssl
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from handler.domain.errors import HostUnresolvedError, ImageUrlFailedError, ImageUrlForbiddenError
from handler.fetch.countdown import Countdown
from handler.fetch.network import Network
from handler.fetch.publicness import is_public, is_public_name
from handler.fetch.target import DEFAULT_PORTS, Target

CONNECT_SECONDS = 2.0
MAX_CONNECTS = 4


def find_addresses(target: Target, network: Network, countdown: Countdown, *, exempt: bool) -> Sequence[str]:
    """Give the target's addresses, or refuse it where one of them is not public."""
    if not exempt:
        check_target(target)
    found = _resolve(target, network, countdown)
    if not found:
        raise HostUnresolvedError("The host has no address")
    if not exempt and not all(is_public(address) for address in found):
        raise ImageUrlForbiddenError("The host is not on the public Internet")
    return found


def check_target(target: Target) -> None:
    """Refuse a target that no look-up could make public."""
    if target.port not in DEFAULT_PORTS.values():
        raise ImageUrlForbiddenError("Only ports 80 and 443 are used")
    is_private = target.host.literal is not None and not is_public(target.host.name)
    if is_private or not is_public_name(target.host):
        raise ImageUrlForbiddenError("The host is not on the public Internet")


def open_connection(
    target: Target, addresses: Sequence[str], network: Network, countdown: Countdown
) -> socket.socket:
    """Connect to the first address that lets us, and speak TLS with the target's name there."""
    connection = _connect(target.port, addresses, network, countdown)
    if target.scheme == "http":
        return connection
    try:
        connection.settimeout(countdown.left_seconds())
        return network.tls().wrap_socket(connection, server_hostname=target.host.name)
    except ssl.SSLCertVerificationError as error:
        raise ImageUrlFailedError("The host's certificate is not valid for it") from error
    finally:
        # Wrapping moves the connection into another object; what is left here is open only on failure.
        connection.close()


def _resolve(target: Target, network: Network, countdown: Countdown) -> Sequence[str]:
    if target.host.literal is not None:
        return (target.host.name,)
    answer: Future[Sequence[str]] = Future()

    def ask() -> None:
        try:
            answer.set_result(network.look_up(target.host.name, target.port))
        except Exception as error:  # noqa: BLE001 - it is raised again by whoever waits
            answer.set_exception(error)

    # The system's resolver takes no time limit. One that is given up ends by its own, and keeps no
    # process alive meanwhile.
    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        return answer.result(timeout=countdown.left_seconds())
    except TimeoutError as error:
        raise countdown.expired() from error
    except OSError as error:
        raise HostUnresolvedError("The host's name could not be resolved") from error


def _connect(port: int, addresses: Sequence[str], network: Network, countdown: Countdown) -> socket.socket:
    failures: list[OSError] = []
    for address in addresses[:MAX_CONNECTS]:
        try:
            return network.connect(address, port, min(CONNECT_SECONDS, countdown.left_seconds()))
        except OSError as error:
            failures.append(error)
    raise ImageUrlFailedError("The host could not be connected to") from failures[-1]
