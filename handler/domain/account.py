"""
An account, its holds, and what decides whether it may have one more.

balance + held + spent = granted, always, and none of them is ever below zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto

from handler.domain.rate import Rate, RateWindow


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a credential belongs to; a test caller's results are real, free and small."""

    account_id: str
    key_id: str
    test: bool


NOBODY = Caller("", "", test=False)
"""Who uses an address that is itself the right to use it; no account has this name, so nothing is charged."""


class AccountStatus(StrEnum):
    """Whether an account may work."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class OpenHold:
    """Credits set aside for work in progress, in thousandths."""

    id: str
    amount: int
    expires_at_us: int


@dataclass(frozen=True, slots=True)
class Account:
    """
    The books of one account at one moment, in thousandths of a credit.

    Attributes:
        granted: every grant and adjustment so far.
        balance: what may still be held.
        spent: what was committed for good.
        tats_us: the state of each request rate, under the rate's name.
    """

    id: str
    name: str
    plan: str
    created_at_us: int
    status: AccountStatus = AccountStatus.ACTIVE
    granted: int = 0
    balance: int = 0
    spent: int = 0
    holds: tuple[OpenHold, ...] = ()
    tats_us: Mapping[str, int] = field(default_factory=dict)

    @property
    def held(self) -> int:
        """The sum of the open holds."""
        return sum(hold.amount for hold in self.holds)

    def expired_holds(self, now_us: int) -> tuple[OpenHold, ...]:
        """Holds whose work died without ending them."""
        return tuple(hold for hold in self.holds if hold.expires_at_us <= now_us)


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """The conditions under which a hold is placed."""

    now_us: int
    rates: tuple[Rate, ...]
    max_holds: int


class Refusal(Enum):
    """Why a hold is not placed."""

    SUSPENDED = auto()
    TOO_FAST = auto()
    TOO_MANY_HOLDS = auto()
    TOO_FEW_CREDITS = auto()


@dataclass(frozen=True, slots=True)
class Placement:
    """The answer to one attempt at a hold: the account as it stands after it."""

    account: Account
    placed: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """
    A hold in its caller's hand until it is committed or released.

    Attributes:
        amount: thousandths; 0 for free work, which leaves nothing in the books.
        remaining: the balance after the hold.
        rate: the tightest request rate after this request; None where none applied.
    """

    id: str
    account_id: str
    request_id: str
    amount: int
    remaining: int
    expires_at_us: int
    rate: RateWindow | None = None


def exceeded_rate(account: Account, terms: HoldTerms) -> Rate | None:
    """The first rate that has no room for one more request."""
    for rate in terms.rates:
        if not rate.admits(account.tats_us.get(rate.name, 0), terms.now_us):
            return rate
    return None


def refusal(account: Account, wanted: OpenHold, terms: HoldTerms) -> Refusal | None:
    """Why the account may not have this hold, or None where it may."""
    if account.status is not AccountStatus.ACTIVE:
        return Refusal.SUSPENDED
    if exceeded_rate(account, terms) is not None:
        return Refusal.TOO_FAST
    if wanted.amount == 0:
        return None
    if len(account.holds) >= terms.max_holds:
        return Refusal.TOO_MANY_HOLDS
    return Refusal.TOO_FEW_CREDITS if account.balance < wanted.amount else None


def tightest_window(account: Account, terms: HoldTerms) -> RateWindow | None:
    """The rate that will refuse first."""
    windows = [rate.window(account.tats_us.get(rate.name, 0), terms.now_us) for rate in terms.rates]
    return min(windows, key=lambda window: window.remaining, default=None)
