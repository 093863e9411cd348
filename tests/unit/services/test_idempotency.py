"""Requests that may be repeated."""

import pytest

from handler.domain.errors import (
    IdempotencyInProgressError,
    IdempotencyMismatchError,
    InvalidParameterError,
    StoreUnavailableError,
)
from handler.domain.idempotency import Attempt
from handler.services.idempotency import MAX_INLINE_BYTES, Idempotency, RepeatRule, StoredAnswer, Ticket
from tests.unit.services.conftest import Books

HEADERS = (("Content-Type", "image/png"), ("X-Credits-Charged", "1"))
DAY_SECONDS = 86_400


def begin(books: Books, account_id: str, fingerprint: str = "f") -> Ticket:
    """Begin under the key of these tests, which must be free."""
    begun = books.idempotency.begin(account_id, "key", fingerprint)
    assert isinstance(begun, Ticket)
    return begun


@pytest.mark.parametrize("body", [b"", b"small", b"large" * MAX_INLINE_BYTES])
def test_the_first_answer_is_given_again(books: Books, body: bytes) -> None:
    """Status, headers and body, whether it lies beside the key or among the objects."""
    ticket = begin(books, "org_a")
    books.idempotency.finish(ticket, 200, HEADERS, body)

    for _ in range(2):
        assert StoredAnswer(200, HEADERS, body) == books.idempotency.begin("org_a", "key", "f")


def test_another_payload_under_the_key_is_refused(books: Books) -> None:
    """While the first runs and after it."""
    ticket = begin(books, "org_a")
    with pytest.raises(IdempotencyMismatchError):
        books.idempotency.begin("org_a", "key", "other")
    books.idempotency.finish(ticket, 200, HEADERS, b"")
    with pytest.raises(IdempotencyMismatchError):
        books.idempotency.begin("org_a", "key", "other")


def test_a_twin_waits(books: Books) -> None:
    """It is told for how long, and no longer than the run may last."""
    begin(books, "org_a")
    waits = []
    for seconds in (0, 59):
        books.clock.now += seconds
        with pytest.raises(IdempotencyInProgressError) as refused:
            books.idempotency.begin("org_a", "key", "f")
        waits.append(refused.value.retry_after_seconds)

    assert [2, 1] == waits


def test_keys_belong_to_accounts(books: Books) -> None:
    """Two callers may use one key text."""
    begin(books, "org_a")

    assert isinstance(books.idempotency.begin("org_b", "key", "f"), Ticket)


def test_an_abandoned_run_frees_its_key(books: Books) -> None:
    """For the same payload or another."""
    books.idempotency.abandon(begin(books, "org_a"))

    assert begin(books, "org_a", "other").paid is False


def test_an_answer_is_kept_for_a_day(books: Books) -> None:
    """Then the key is new, and cleaning has nothing left of it."""
    books.idempotency.finish(begin(books, "org_a"), 200, HEADERS, b"x" * 10_000)
    books.clock.now += DAY_SECONDS - 1
    kept = books.idempotency.begin("org_a", "key", "f")
    books.clock.now += 1

    assert isinstance(kept, StoredAnswer)
    assert 1 == books.idempotency.sweep()
    assert 0 == books.idempotency.sweep()
    assert isinstance(books.idempotency.begin("org_a", "key", "f"), Ticket)


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb", "\x7f"])
def test_a_key_is_bounded_and_printable(books: Books, key: str) -> None:
    """255 characters at most."""
    with pytest.raises(InvalidParameterError):
        books.idempotency.begin("org_a", key, "f")
    assert isinstance(books.idempotency.begin("org_a", "ü" * 255, "f"), Ticket)


def test_a_run_that_died_before_its_charge_frees_its_key_and_its_hold(books: Books) -> None:
    """At its deadline; whoever takes over pays, and the dead run can no longer."""
    caller = books.caller(1000)
    ticket = begin(books, caller.account_id)
    dead = books.accounts.hold(caller, 1000, "req_1", ticket.hold_id)
    books.clock.now += 60
    successor = begin(books, caller.account_id)
    hold = books.accounts.hold(caller, 1000, "req_2", successor.hold_id)
    books.accounts.commit(hold)
    books.accounts.release(dead)

    assert successor.paid is False
    assert 1000 == books.accounts.balance(caller).used


def test_a_run_that_died_after_its_charge_is_made_again_for_nothing(books: Books) -> None:
    """However many runs die on the way to the answer."""
    caller = books.caller(1000)
    ticket = begin(books, caller.account_id)
    books.accounts.commit(books.accounts.hold(caller, 1000, "req_1", ticket.hold_id))
    paid = []
    for _ in range(3):
        books.clock.now += 60
        paid.append(begin(books, caller.account_id).paid)

    assert [True] * 3 == paid


def test_a_run_that_is_late_to_its_hold_shares_it_with_its_successor(books: Books) -> None:
    """Neither can pay for what the other paid for."""
    caller = books.caller(5000)
    late = begin(books, caller.account_id)
    books.clock.now += 60
    successor = begin(books, caller.account_id)
    for ticket in (late, successor):
        books.accounts.commit(books.accounts.hold(caller, 1000, "req_1", ticket.hold_id))

    assert late.hold_id == successor.hold_id
    assert 1000 == books.accounts.balance(caller).used


def test_a_run_that_was_taken_over_keeps_no_answer(books: Books) -> None:
    """And it does not free the key of the run that took over."""
    late = begin(books, "org_a")
    books.clock.now += 60
    begin(books, "org_a")
    books.idempotency.finish(late, 200, HEADERS, b"late")
    books.idempotency.abandon(late)

    with pytest.raises(IdempotencyInProgressError):
        books.idempotency.begin("org_a", "key", "f")


def test_an_answer_whose_body_is_lost_is_made_again(books: Books) -> None:
    """And not charged again."""
    caller = books.caller(1000)
    ticket = begin(books, caller.account_id)
    books.accounts.commit(books.accounts.hold(caller, 1000, "req_1", ticket.hold_id))
    books.idempotency.finish(ticket, 200, HEADERS, b"x" * 10_000)
    books.backend.objects.delete(f"answers/{caller.account_id}/{ticket.attempt.owner}")

    assert begin(books, caller.account_id).paid is True


def test_an_answer_that_cannot_be_kept_is_still_given(books: Books) -> None:
    """Finishing and abandoning never fail the request; the key frees itself at its deadline."""

    class Down:
        def replace(self, attempt: Attempt, owner: str) -> bool:
            raise StoreUnavailableError

        def drop(self, attempt: Attempt) -> None:
            raise StoreUnavailableError

    ticket = begin(books, "org_a")
    down = Idempotency(Down(), books.backend.objects, books.accounts, RepeatRule(60))  # type: ignore[arg-type]
    down.finish(ticket, 200, HEADERS, b"")
    down.abandon(ticket)
    books.clock.now += 60

    assert begin(books, "org_a").hold_id == ticket.hold_id
