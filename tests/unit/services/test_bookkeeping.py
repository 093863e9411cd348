"""What the owner of the service does with accounts."""

import sqlite3
from pathlib import Path

import pytest

from handler.domain.account import AccountStatus
from handler.domain.errors import InsufficientCreditsError, InvalidParameterError, NotFoundError
from handler.domain.ledger import Difference, LineKind
from handler.services.bookkeeping import Bookkeeping
from tests.unit.services.conftest import Books, Overtaken


def test_grants_and_adjustments_are_lines_with_a_reason(books: Books) -> None:
    """Signed as they were meant."""
    account_id = books.caller(0).account_id
    books.bookkeeping.grant(account_id, 5000, "bought")
    books.clock.now += 1
    books.bookkeeping.adjust(account_id, -2000, "mistake")

    expected = [(LineKind.GRANT, 5000, "bought"), (LineKind.ADJUSTMENT, -2000, "mistake")]
    assert expected == [
        (line.kind, line.amount, line.reference) for line in books.bookkeeping.ledger(account_id)
    ]
    assert 3000 == books.bookkeeping.find(account_id).balance


def test_no_adjustment_goes_below_zero(books: Books) -> None:
    """What is held counts as gone."""
    caller = books.caller(1000)
    books.accounts.hold(caller, 400, "req_1")

    with pytest.raises(InsufficientCreditsError):
        books.bookkeeping.adjust(caller.account_id, -601, "test")
    assert 600 == books.bookkeeping.find(caller.account_id).balance


@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1])
def test_a_grant_is_above_zero_and_bounded(books: Books, amount: int) -> None:
    """Taking away is an adjustment."""
    with pytest.raises(InvalidParameterError):
        books.bookkeeping.grant(books.caller(0).account_id, amount, "test")


@pytest.mark.parametrize("status", list(AccountStatus))
def test_a_key_that_is_revoked_meanwhile_stays_revoked(books: Books, status: AccountStatus) -> None:
    """Suspending and resuming write what they read a moment ago."""
    account_id = books.caller(0).account_id
    record, _ = books.keys.create(account_id, "laptop")
    if status is AccountStatus.ACTIVE:
        books.bookkeeping.set_status(account_id, AccountStatus.SUSPENDED)
    overtaken = Overtaken(books.backend.keys, lambda: books.keys.revoke(account_id, record.id))
    Bookkeeping(books.backend.accounts, overtaken, books.clock).set_status(account_id, status)

    assert books.keys.list(account_id)[0].revoked_at_us is not None
    assert status is books.bookkeeping.find(account_id).status


@pytest.mark.parametrize("text", ["", "x" * 201, "two\nlines", "bell\a"])
def test_texts_are_bounded_and_printable(books: Books, text: str) -> None:
    """They end up in tables and logs."""
    with pytest.raises(InvalidParameterError):
        books.bookkeeping.grant(books.caller(0).account_id, 1, text)
    with pytest.raises(InvalidParameterError):
        books.bookkeeping.create_account(text)


def test_what_is_done_to_no_account_says_so(books: Books) -> None:
    """Whatever it is."""
    attempts = (
        lambda: books.bookkeeping.find("org_none"),
        lambda: books.bookkeeping.grant("org_none", 1, "test"),
        lambda: books.bookkeeping.ledger("org_none"),
        lambda: books.bookkeeping.verify("org_none"),
        lambda: books.bookkeeping.set_status("org_none", AccountStatus.SUSPENDED),
    )
    for attempt in attempts:
        with pytest.raises(NotFoundError, match="org_none"):
            attempt()


def test_verifying_says_where_figures_differ(books: Books, tmp_path: Path) -> None:
    """Nowhere, until somebody reaches into the store behind the ledger's back."""
    caller = books.caller(5000)
    books.accounts.commit(books.accounts.hold(caller, 1000, "req_1"))
    books.accounts.hold(caller, 250, "req_2")
    before = books.bookkeeping.verify(caller.account_id)
    with sqlite3.connect(next(tmp_path.glob("*.sqlite3"))) as connection:
        connection.execute("UPDATE accounts SET balance = balance + 7, spent = 0")
    connection.close()

    assert () == before
    expected = (Difference("spent", 0, 1000), Difference("balance", 3757, 3750))
    assert expected == books.bookkeeping.verify(caller.account_id)


def test_the_ledger_cannot_be_rewritten(books: Books, tmp_path: Path) -> None:
    """Not even by a statement of one's own."""
    books.caller(5000)
    connection = sqlite3.connect(next(tmp_path.glob("*.sqlite3")))
    for statement in ("UPDATE ledger SET amount = 1", "DELETE FROM ledger"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()
