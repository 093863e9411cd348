"""On whose account, and until when, a piece of work is done."""

from dataclasses import dataclass

from handler.domain.account import Caller
from handler.domain.limits import Deadline


@dataclass(frozen=True, slots=True)
class Order:
    """
    The circumstances of one request.

    Attributes:
        hold_id: how the hold must be named, so that a repeated request cannot pay twice; None lets
            the books choose.
        paid: an earlier run of the same request was charged already.
    """

    caller: Caller
    request_id: str
    deadline: Deadline
    hold_id: str | None = None
    paid: bool = False
