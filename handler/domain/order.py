"""On whose account, and until when, a piece of work is done."""

from collections.abc import Callable
from dataclasses import dataclass

from handler.domain.account import Caller
from handler.domain.limits import Deadline

Progress = Callable[[str, float], None]
"""Is told each stage's name at the stage's end, and how far the work as a whole has come, 0..1."""


def untold(_stage: str, _done: float) -> None:
    """Progress that nobody asked about."""


@dataclass(frozen=True, slots=True)
class Order:
    """
    The circumstances of one request.

    Attributes:
        hold_id: how the hold must be named, so that a repeated request cannot pay twice; None lets
            the books choose.
        paid: an earlier run of the same request was charged already.
        form: digest of all that decides the answer's form beside the work itself; empty where no
            answer is to be known again.
        known_etags: answers that the caller has already.
        progress: is told at the end of each stage, by whichever thread works.
    """

    caller: Caller
    request_id: str
    deadline: Deadline
    hold_id: str | None = None
    paid: bool = False
    form: str = ""
    known_etags: frozenset[str] = frozenset()
    progress: Progress = untold
