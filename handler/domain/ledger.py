"""The append-only ledger: lines, and the books that they add up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from handler.domain.account import Account


class LineKind(StrEnum):
    """What a line did to the books."""

    GRANT = "grant"
    ADJUSTMENT = "adjustment"
    COMMIT = "commit"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Line:
    """
    One entry, never changed and never removed.

    Attributes:
        id: sorts by time. A line that ends a hold bears the hold's id, so that a hold can end only once.
        amount: thousandths; signed for an adjustment, otherwise what was granted, spent or given back.
        reference: the request that it served, or the reason that a person gave.
    """

    id: str
    account_id: str
    kind: LineKind
    amount: int
    at_us: int
    reference: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that the ledger does not bear out."""

    figure: str
    stored: int
    recomputed: int


def differences(account: Account, lines: Iterable[Line]) -> tuple[Difference, ...]:
    """Where an account's stored figures differ from what its ledger and open holds add up to."""
    granted = spent = 0
    for line in lines:
        if line.kind in {LineKind.GRANT, LineKind.ADJUSTMENT}:
            granted += line.amount
        elif line.kind is LineKind.COMMIT:
            spent += line.amount
    found = (
        Difference("granted", account.granted, granted),
        Difference("spent", account.spent, spent),
        Difference("balance", account.balance, granted - spent - account.held),
    )
    return tuple(difference for difference in found if difference.stored != difference.recomputed)
