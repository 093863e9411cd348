"""What waiting work needs of a queue."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message in the hands of one receiver for a while; `receipt` names this very delivery."""

    receipt: str
    body: str


class MessageQueue(Protocol):
    """
    Messages, each delivered at least once and in no order.

    One that is neither done nor put back comes again after a while. One that came too often is moved to the
    queue of dead messages, where there is one. Raises StoreUnavailableError.
    """

    def send(self, body: str, delay_seconds: float = 0) -> None:
        """Add a message that comes no sooner than said, and no later than 15 minutes for that reason."""
        ...

    def receive(self, wait_seconds: float = 0) -> Delivery | None:
        """Take a message, or None where none comes in time."""
        ...

    def done(self, receipt: str) -> None:
        """Forget the message; one that is gone already is no error."""
        ...

    def put_back(self, receipt: str, delay_seconds: float) -> None:
        """Let it come again after so long."""
        ...
