"""Notices to addresses that callers wrote: the same rules as for pictures, and one try."""

from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse

from handler.domain.errors import (
    ImageUrlFailedError,
    ImageUrlForbiddenError,
    ImageUrlInvalidError,
    InvalidParameterError,
)
from handler.domain.limits import Deadline
from handler.fetch.conversation import USER_AGENT, heard
from handler.fetch.countdown import Countdown
from handler.fetch.download import FetchRule
from handler.fetch.network import Network
from handler.fetch.route import check_target, find_addresses, open_connection
from handler.fetch.target import Target, read_target

TOTAL_SECONDS = 15.0


class WebCourier:
    """A Courier over https; only hosts that are exempt may do without TLS."""

    def __init__(
        self, rule: FetchRule, network: Network | None = None, total_seconds: float = TOTAL_SECONDS
    ) -> None:
        self._rule = rule
        self._network = network or Network()
        self._total_seconds = total_seconds

    def check(self, url: str) -> None:
        """Refuse an address that could never be used."""
        try:
            self._read(url)
        except (ImageUrlInvalidError, ImageUrlForbiddenError) as error:
            expected = f"an https address on the public web ({error.details or error.message})"
            # An address may hold a secret, so it is not shown.
            raise InvalidParameterError("webhook_url", expected, "another one") from error

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Bring it there, and answer the status."""
        target = self._read(url)
        countdown = Countdown(Deadline.after(self._total_seconds), self._total_seconds)
        exempt = self._rule.exempts(target)
        addresses = find_addresses(target, self._network, countdown, exempt=exempt)
        try:
            with open_connection(target, addresses, self._network, countdown) as connection:
                connection.settimeout(countdown.left_seconds())
                connection.sendall(_head(target, headers, body) + body)
                # Whatever the receiver says beside its status is not read at all.
                response: HTTPResponse = heard(connection, "POST", countdown)
                return response.status
        except TimeoutError as error:
            raise ImageUrlFailedError("The receiver took too long") from error
        except (OSError, HTTPException) as error:
            raise ImageUrlFailedError("The connection to the receiver failed") from error

    def _read(self, url: str) -> Target:
        target = read_target(url)
        if self._rule.exempts(target):
            return target
        if target.scheme != "https":
            raise ImageUrlForbiddenError("A webhook's address begins with https://")
        check_target(target)
        return target


def _head(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = (
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.authority}",
        f"User-Agent: {USER_AGENT}",
        "Accept-Encoding: identity",
        "Connection: close",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")
