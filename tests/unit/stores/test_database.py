"""SQLite shared by threads and processes."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from handler.domain.account import Account, HoldTerms, OpenHold
from handler.domain.errors import StoreUnavailableError
from handler.domain.ledger import Line, LineKind, differences
from handler.stores.local.accounts import LocalAccounts
from handler.stores.local.database import Database
from handler.stores.local.schema import STEPS

NOW_US = 1_800_000_000_000_000


def hold_many(path: Path, name: str, placed: "multiprocessing.Queue[int]") -> None:
    """Open the database and hold a credit at a time until there are none."""
    store = LocalAccounts(Database(path))
    store.create_account(Account("a", "A", "p", NOW_US))
    store.add_credits(Line("grant", "a", LineKind.GRANT, 60, NOW_US, ""))
    count = 0
    while True:
        hold = OpenHold(f"{name}{count}", 1, NOW_US + 1)
        placement = store.place_hold("a", hold, HoldTerms(NOW_US, (), 500))
        if placement is None or not placement.placed:
            break
        store.end_hold(Line(hold.id, "a", LineKind.COMMIT, 1, NOW_US, ""))
        count += 1
    placed.put(count)


def test_processes_share_one_database_from_its_first_moment(tmp_path: Path) -> None:
    """They make it together, grant once between them, and spend each credit once."""
    context = multiprocessing.get_context("spawn")
    path, placed = tmp_path / "a.sqlite3", context.Queue()
    started = [context.Process(target=hold_many, args=(path, f"p{n}_", placed)) for n in range(4)]
    for process in started:
        process.start()
    counts = [placed.get(timeout=60) for _ in started]
    for process in started:
        process.join()
    store = LocalAccounts(Database(path))
    account = store.read_account("a")

    assert 60 == sum(counts)
    assert account is not None
    assert (0, 60) == (account.balance, account.spent)
    assert () == differences(account, store.read_ledger("a"))


def test_only_the_owner_reads_the_books(tmp_path: Path) -> None:
    """Nor does a neighbour see the side files."""
    database = Database(tmp_path / "a.sqlite3")
    LocalAccounts(database).create_account(Account("a", "A", "p", NOW_US))

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert {"a.sqlite3": 0o600, "a.sqlite3-wal": 0o600, "a.sqlite3-shm": 0o600} == modes


def test_a_database_of_another_form_is_left_alone(tmp_path: Path) -> None:
    """A newer program's books are not for this one to write in."""
    path = tmp_path / "a.sqlite3"
    Database(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(StoreUnavailableError, match="form 99"):
        Database(path)


def test_an_older_database_takes_the_steps_that_it_has_not_had(tmp_path: Path) -> None:
    """And keeps what is in it."""
    path = tmp_path / "a.sqlite3"
    with sqlite3.connect(path) as connection:
        for statement in (*STEPS[0], "PRAGMA user_version = 1"):
            connection.execute(statement)
        connection.execute("INSERT INTO accounts VALUES ('a', 'A', 'p', 1, 'active', 0, 0, 0)")
    connection.close()

    with Database(path).reading() as connection:
        rows = connection.execute("SELECT count(*), (SELECT count(*) FROM used_tokens) FROM accounts")
        assert (1, 0) == tuple(rows.fetchone())
        assert (len(STEPS),) == tuple(connection.execute("PRAGMA user_version").fetchone())


def test_a_failed_transaction_leaves_nothing_and_the_next_one_works(tmp_path: Path) -> None:
    """Whether the database or the caller's own code failed."""
    database = Database(tmp_path / "a.sqlite3")

    def insert(then: str) -> None:
        with database.writing() as connection:
            connection.execute("INSERT INTO accounts VALUES ('a', 'A', 'p', 1, 'active', 0, 0, 0)")
            if not then:
                raise KeyError
            connection.execute(then)

    with pytest.raises(KeyError):
        insert("")
    with pytest.raises(StoreUnavailableError):
        insert("UPDATE accounts SET balance = -1")
    with database.reading() as connection:
        count = connection.execute("SELECT count(*) FROM accounts").fetchone()[0]

    assert 0 == count


def test_a_folder_that_cannot_be_had_is_unavailable(tmp_path: Path) -> None:
    """Said as an error of the store, not of the operating system."""
    (tmp_path / "file").touch()

    with pytest.raises(StoreUnavailableError):
        Database(tmp_path / "file" / "a.sqlite3")
