"""Credits from hold to receipt."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from handler.domain.account import AccountStatus, Caller, HoldTerms, OpenHold, Placement
from handler.domain.errors import (
    AuthenticationError,
    DeadlineExceededError,
    InsufficientCreditsError,
    OverloadedError,
    PermissionDeniedError,
    RateLimitExceededError,
    StoreUnavailableError,
)
from handler.domain.ledger import Line, LineKind
from handler.domain.rate import RateWindow
from handler.domain.result import Balance, Receipt
from handler.services.accounts import Accounts, HoldRule
from tests.unit.services.conftest import Books

STRANGER = Caller("org_none", "key_none", test=False)


def kinds(books: Books, caller: Caller) -> list[LineKind]:
    """What the ledger says happened."""
    return [line.kind for line in books.bookkeeping.ledger(caller.account_id)]


def test_a_request_costs_its_price(books: Books) -> None:
    """What is held is used at once, and spent once it is committed."""
    caller = books.caller(5000)
    hold = books.accounts.hold(caller, 1000, "req_1")
    during = books.accounts.balance(caller)
    receipt = books.accounts.commit(hold)

    assert RateWindow(5, 4, 1) == hold.rate
    assert Balance(caller.account_id, "standard", 5000, 1000) == during == books.accounts.balance(caller)
    assert Receipt(1000, 4000) == receipt
    assert [LineKind.GRANT, LineKind.COMMIT] == kinds(books, caller)


def test_a_failed_request_costs_nothing(books: Books) -> None:
    """Released, it is all back, and the ledger says for which request."""
    caller = books.caller(1000)
    hold = books.accounts.hold(caller, 1000, "req_1")
    books.accounts.release(hold)
    books.accounts.release(hold)

    assert 0 == books.accounts.balance(caller).used
    assert "req_1" == books.bookkeeping.ledger(caller.account_id)[-1].reference
    assert [LineKind.GRANT, LineKind.RELEASE] == kinds(books, caller)


def test_a_commit_may_be_repeated_and_cannot_be_undone(books: Books) -> None:
    """It charges once, and a release after it does nothing."""
    caller = books.caller(5000)
    hold = books.accounts.hold(caller, 1000, "req_1")
    receipts = {books.accounts.commit(hold) for _ in range(2)}
    books.accounts.release(hold)

    assert {Receipt(1000, 4000)} == receipts
    assert 1000 == books.accounts.balance(caller).used


def test_too_few_credits_are_refused(books: Books) -> None:
    """To the thousandth."""
    caller = books.caller(999)

    with pytest.raises(InsufficientCreditsError):
        books.accounts.hold(caller, 1000, "req_1")
    assert 0 == books.accounts.hold(caller, 999, "req_2").remaining


def test_a_suspended_account_is_refused(books: Books) -> None:
    """For paid work, for free work and for its balance."""
    caller = books.caller(5000)
    books.bookkeeping.set_status(caller.account_id, AccountStatus.SUSPENDED)

    for amount in (0, 1000):
        with pytest.raises(PermissionDeniedError):
            books.accounts.hold(caller, amount, "req_1")
    with pytest.raises(PermissionDeniedError):
        books.accounts.balance(caller)


def test_a_key_that_leads_nowhere_is_no_key(books: Books) -> None:
    """An account that is not there answers like a key that is not there."""
    with pytest.raises(AuthenticationError):
        books.accounts.hold(STRANGER, 1000, "req_1")
    with pytest.raises(AuthenticationError):
        books.accounts.balance(STRANGER)


def test_a_rate_refuses_with_its_figures(books: Books) -> None:
    """What is refused holds nothing, and waiting as told is enough."""
    caller = books.caller(50_000)
    for n in range(5):
        books.accounts.hold(caller, 1000, f"req_{n}")
    with pytest.raises(RateLimitExceededError) as refused:
        books.accounts.hold(caller, 1000, "req_5")
    told = refused.value

    assert (5, 0, 1, 1) == (told.limit, told.remaining, told.reset_seconds, told.retry_after_seconds)
    assert 5000 == books.accounts.balance(caller).used
    books.clock.now += 1
    assert books.accounts.hold(caller, 1000, "req_6").amount == 1000


def test_a_free_hold_needs_no_credits(books: Books) -> None:
    """It counts against the rate, leaves nothing in the ledger, and its receipt says 0."""
    caller = books.caller(0)
    hold = books.accounts.hold(caller, 0, "req_1")
    books.accounts.release(hold)

    assert Receipt(0, 0) == books.accounts.commit(hold)
    assert [] == kinds(books, caller)
    assert RateWindow(5, 4, 1) == hold.rate


def test_a_hold_left_behind_is_given_back_by_the_next_request(books: Books) -> None:
    """Both where the next one needs those credits and where it does not."""
    caller = books.caller(1000)
    books.accounts.hold(caller, 1000, "req_dead")
    books.clock.now += 61
    hold = books.accounts.hold(caller, 1000, "req_1")

    assert 0 == hold.remaining
    books.clock.now += 61
    books.accounts.hold(caller, 0, "req_2")
    assert 0 == books.accounts.balance(caller).used


def test_a_hold_left_behind_is_given_back_by_the_sweep(books: Books) -> None:
    """Not before its time, and once."""
    caller = books.caller(1000)
    books.accounts.hold(caller, 1000, "req_dead")
    swept = [books.accounts.sweep()]
    books.clock.now += 60
    swept += [books.accounts.sweep(), books.accounts.sweep()]

    assert [0, 1, 0] == swept
    assert "lapsed" == books.bookkeeping.ledger(caller.account_id)[-1].reference


def test_work_that_outlives_its_hold_is_not_charged(books: Books) -> None:
    """The credits were given back, perhaps spent on something else since."""
    caller = books.caller(1000)
    hold = books.accounts.hold(caller, 1000, "req_slow")
    books.clock.now += 61
    books.accounts.sweep()

    with pytest.raises(DeadlineExceededError):
        books.accounts.commit(hold)
    assert 0 == books.accounts.balance(caller).used


def test_too_many_holds_at_once_are_refused_as_overload(books: Books) -> None:
    """The caller is told to come back, not to pay."""
    caller = books.caller(5000)
    accounts = Accounts(books.backend.accounts, HoldRule((), 60, max_holds=1), books.clock)
    accounts.hold(caller, 1, "req_1")

    with pytest.raises(OverloadedError):
        accounts.hold(caller, 1, "req_2")


@dataclass(slots=True)
class FailingStore:
    """A store that is down for its next so many calls."""

    failures: int

    def fail(self) -> None:
        """Fail while it is down."""
        self.failures -= 1
        if self.failures >= 0:
            raise StoreUnavailableError

    def place_hold(self, account_id: str, wanted: OpenHold, terms: HoldTerms) -> Placement | None:
        """Place nothing."""
        self.fail()
        return None

    def end_hold(self, line: Line, back: int = 0) -> LineKind | None:
        """Take any end for done."""
        self.fail()
        return line.kind

    def expired_holds(self, now_us: int) -> Iterable[tuple[str, OpenHold]]:
        """None."""
        self.fail()
        return ()


def accounts_on(store: FailingStore, books: Books) -> Accounts:
    """Accounts on a store that fails; it has the methods that these tests call."""
    return Accounts(store, HoldRule((), 60), books.clock, books.clock.sleep)  # type: ignore[arg-type]


def test_credits_fail_closed(books: Books) -> None:
    """No paid work begins while the store is down."""
    with pytest.raises(StoreUnavailableError):
        accounts_on(FailingStore(1), books).hold(STRANGER, 1000, "req_1")


def test_rates_fail_open(books: Books) -> None:
    """Free work, at which no credit is at stake, goes on while the store is down, and nobody counts it."""
    hold = accounts_on(FailingStore(1), books).hold(STRANGER, 0, "req_1")

    assert (0, None) == (hold.amount, hold.rate)


def test_a_charge_survives_a_moment_without_the_store(books: Books) -> None:
    """The answer is made, so it is tried again before it is given up."""
    hold = books.accounts.hold(books.caller(1000), 1000, "req_1")
    flickering, down = accounts_on(FailingStore(2), books), accounts_on(FailingStore(3), books)

    assert Receipt(1000, 0) == flickering.commit(hold)
    with pytest.raises(StoreUnavailableError):
        down.commit(hold)
    assert [0.1, 0.2, 0.1, 0.2] == books.clock.pauses


def test_a_release_that_fails_is_left_to_the_sweep(books: Books) -> None:
    """The error that led to it is the one that the caller should see."""
    hold = books.accounts.hold(books.caller(1000), 1000, "req_1")
    down = FailingStore(1)
    accounts_on(down, books).release(hold)

    assert 0 == down.failures
    books.clock.now += 60
    assert 1 == books.accounts.sweep()
