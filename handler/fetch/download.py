"""The story of one download: read the address, go where it leads, bring the picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException

from handler.domain.errors import ImageUrlFailedError, TooManyRedirectsError
from handler.domain.limits import Deadline
from handler.fetch.conversation import ask, read_picture
from handler.fetch.countdown import Countdown
from handler.fetch.network import Network
from handler.fetch.route import find_addresses, open_connection
from handler.fetch.target import Exemption, Target, follow, read_target

_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class FetchRule:
    """How long and how far a download may go, and which hosts need not be public."""

    exemptions: Sequence[Exemption] = ()
    total_seconds: float = 8.0
    max_redirects: int = 3

    def exempts(self, target: Target) -> bool:
        """Whether the target's host may be private."""
        return any(exemption.covers(target) for exemption in self.exemptions)


class WebImages:
    """
    An ImageSource over http and https.

    `check_head` is shown the first bytes and raises where they cannot be a picture's. Proxies that the
    environment names are never used: one inside the house would reach what must not be reached.
    """

    def __init__(
        self,
        check_head: Callable[[bytes], object],
        rule: FetchRule | None = None,
        network: Network | None = None,
    ) -> None:
        self._check_head = check_head
        self._rule = rule or FetchRule()
        self._network = network or Network()

    def fetch(self, url: str, max_bytes: int, deadline: Deadline) -> bytes:
        """Bring the picture, by at most so many redirects."""
        target = read_target(url)
        countdown = Countdown(deadline, self._rule.total_seconds)
        for _ in range(1 + self._rule.max_redirects):
            found = self._visit(target, max_bytes, countdown)
            if isinstance(found, bytes):
                return found
            target = found
        raise TooManyRedirectsError(f"The address redirects more than {self._rule.max_redirects} times")

    def _visit(self, target: Target, max_bytes: int, countdown: Countdown) -> bytes | Target:
        """Bring what is there, or the target that it redirects to."""
        exempt = self._rule.exempts(target)
        addresses = find_addresses(target, self._network, countdown, exempt=exempt)
        try:
            with open_connection(target, addresses, self._network, countdown) as connection:
                response = ask(connection, target, countdown)
                if response.status in _REDIRECTS:
                    return follow(target, response.getheader("Location") or "")
                return read_picture(response, max_bytes, self._check_head)
        except TimeoutError as error:
            raise countdown.expired() from error
        except (OSError, HTTPException) as error:
            raise ImageUrlFailedError("The connection to the host failed") from error
