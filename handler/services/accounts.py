"""
What a request needs of the books: a hold before the work, its end after it.

A hold ends exactly once. One that nobody ends, since its process died, lapses: the account's next
request gives it back, and so does the sweep.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from handler.domain.account import (
    Account,
    AccountStatus,
    Caller,
    Hold,
    HoldTerms,
    OpenHold,
    Placement,
    Refusal,
    exceeded_rate,
    refusal,
    tightest_window,
)
from handler.domain.errors import (
    AuthenticationError,
    DeadlineExceededError,
    InsufficientCreditsError,
    OverloadedError,
    PermissionDeniedError,
    RateLimitExceededError,
    StoreUnavailableError,
)
from handler.domain.identifiers import sortable_id
from handler.domain.ledger import Line, LineKind
from handler.domain.money import CREDIT
from handler.domain.rate import SECOND_US, Rate
from handler.domain.result import Balance, Receipt
from handler.ports import AccountStore
from handler.services.authentication import SUSPENDED

logger = logging.getLogger(__name__)

# A hold dies rarely; should many have, one request gives back a few and the sweep the rest.
_MAX_LAPSED_AT_ONCE = 10
_COMMIT_ATTEMPTS = 3
_COMMIT_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class HoldRule:
    """Under which conditions an account may hold credits, and for how long."""

    rates: tuple[Rate, ...]
    lifetime_seconds: float
    max_holds: int = 500


class Accounts:
    """The credits of callers, from hold to receipt."""

    def __init__(
        self,
        books: AccountStore,
        rule: HoldRule,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._books = books
        self._rule = rule
        self._clock = clock
        self._sleep = sleep

    def hold(
        self,
        caller: Caller,
        amount: int,
        request_id: str,
        hold_id: str | None = None,
        lifetime_seconds: float | None = None,
    ) -> Hold:
        """
        Count one request against the rates and set its price aside; a price of 0 only counts.

        `hold_id` names the hold where a repeated request must not pay twice; work that waits has a longer
        lifetime than the rule's.
        """
        now_us = self._now_us()
        expires_at_us = now_us + int((lifetime_seconds or self._rule.lifetime_seconds) * SECOND_US)
        wanted = OpenHold(hold_id or sortable_id(now_us), amount, expires_at_us)
        terms = HoldTerms(now_us, self._rule.rates, self._rule.max_holds)
        try:
            account = self._place(caller, wanted, terms)
        except StoreUnavailableError:
            if amount:
                raise
            # No credit is at stake, so only the rate goes unchecked.
            logger.warning("rate not checked: the store is down", extra={"account": caller.account_id})
            return Hold(wanted.id, caller.account_id, request_id, 0, 0, expires_at_us)
        window = tightest_window(account, terms)
        return Hold(wanted.id, caller.account_id, request_id, amount, account.balance, expires_at_us, window)

    def commit(self, hold: Hold, back: int = 0) -> Receipt:
        """Spend what was held, but for what goes back; repeated, it spends nothing more."""
        if hold.amount and self._end_surely(hold, back) is not LineKind.COMMIT:
            # The work outlived its hold and the credits are back with the account.
            raise DeadlineExceededError
        return Receipt(hold.amount - back, hold.remaining + back)

    def release(self, hold: Hold) -> None:
        """Give back what was held; one that has ended already stays as it is."""
        if not hold.amount:
            return
        try:
            self._books.end_hold(self._ending(hold, LineKind.RELEASE))
        except StoreUnavailableError:
            logger.warning("hold not released: it will lapse", extra={"hold": hold.id})

    def end_dead_hold(self, account_id: str, hold_id: str) -> LineKind | None:
        """Give back what a dead run still held, and tell how its hold ended; None where it never held any."""
        account = self._books.read_account(account_id)
        holds = account.holds if account else ()
        amount = next((hold.amount for hold in holds if hold.id == hold_id), 0)
        return self._books.end_hold(
            Line(hold_id, account_id, LineKind.RELEASE, amount, self._now_us(), "run died")
        )

    def balance(self, caller: Caller) -> Balance:
        """The account's books as its owner sees them."""
        account = self._books.read_account(caller.account_id)
        if account is None:
            raise AuthenticationError
        if account.status is AccountStatus.SUSPENDED:
            raise PermissionDeniedError(SUSPENDED)
        return Balance(account.id, account.plan, account.granted, account.granted - account.balance)

    def sweep(self) -> int:
        """Give back every hold that lapsed; answers how many."""
        now_us = self._now_us()
        return sum(
            self._lapse(account_id, hold, now_us) for account_id, hold in self._books.expired_holds(now_us)
        )

    def _place(self, caller: Caller, wanted: OpenHold, terms: HoldTerms) -> Account:
        placement = self._attempt(caller, wanted, terms)
        lapsed = placement.account.expired_holds(terms.now_us)[:_MAX_LAPSED_AT_ONCE]
        for hold in lapsed:
            self._lapse(caller.account_id, hold, terms.now_us)
        if lapsed and not placement.placed:
            placement = self._attempt(caller, wanted, terms)
        if not placement.placed:
            raise _refusal_error(placement.account, wanted, terms)
        return placement.account

    def _attempt(self, caller: Caller, wanted: OpenHold, terms: HoldTerms) -> Placement:
        placement = self._books.place_hold(caller.account_id, wanted, terms)
        if placement is None:
            raise AuthenticationError
        return placement

    def _end_surely(self, hold: Hold, back: int) -> LineKind | None:
        line = replace(self._ending(hold, LineKind.COMMIT), amount=hold.amount - back)
        for attempt in range(1, _COMMIT_ATTEMPTS):
            try:
                return self._books.end_hold(line, back)
            except StoreUnavailableError:
                # The answer is made; a moment's outage is no reason to lose the charge.
                self._sleep(_COMMIT_PAUSE_SECONDS * attempt)
        return self._books.end_hold(line, back)

    def _lapse(self, account_id: str, hold: OpenHold, now_us: int) -> bool:
        line = Line(hold.id, account_id, LineKind.RELEASE, hold.amount, now_us, "lapsed")
        return self._books.end_hold(line) is LineKind.RELEASE

    def _ending(self, hold: Hold, kind: LineKind) -> Line:
        return Line(hold.id, hold.account_id, kind, hold.amount, self._now_us(), hold.request_id)

    def _now_us(self) -> int:
        return int(self._clock() * SECOND_US)


def _refusal_error(account: Account, wanted: OpenHold, terms: HoldTerms) -> Exception:
    reason = refusal(account, wanted, terms)
    if reason is Refusal.SUSPENDED:
        return PermissionDeniedError(SUSPENDED)
    if reason is Refusal.TOO_FEW_CREDITS:
        required, available = wanted.amount / CREDIT, account.balance / CREDIT
        return InsufficientCreditsError(f"Required: {required}, available: {available}")
    rate = exceeded_rate(account, terms)
    if rate is None:
        # Too many holds at once, or a race that was lost again and again.
        return OverloadedError()
    tat_us = account.tats_us.get(rate.name, 0)
    window = rate.window(tat_us, terms.now_us)
    return RateLimitExceededError(window.limit, window.reset_seconds, rate.wait_seconds(tat_us, terms.now_us))
