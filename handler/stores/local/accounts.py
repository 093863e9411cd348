"""Accounts in SQLite: each primitive is one transaction."""

import sqlite3
from collections.abc import Iterable

from handler.domain.account import (
    Account,
    AccountStatus,
    HoldTerms,
    OpenHold,
    Placement,
    refusal,
)
from handler.domain.ledger import Line, LineKind
from handler.stores.local.database import Database


class LocalAccounts:
    """The account store of one machine."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create_account(self, account: Account) -> None:
        """Open an account; one that exists stays as it is."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, 0, 0, 0) ON CONFLICT DO NOTHING",
                (account.id, account.name, account.plan, account.created_at_us, account.status),
            )

    def read_account(self, account_id: str) -> Account | None:
        """The account as of now."""
        with self._database.reading() as connection:
            return _read(connection, account_id)

    def list_accounts(self) -> Iterable[Account]:
        """Every account, by id."""
        with self._database.reading() as connection:
            ids = [row["id"] for row in connection.execute("SELECT id FROM accounts ORDER BY id")]
            return [account for each in ids if (account := _read(connection, each)) is not None]

    def set_status(self, account_id: str, status: AccountStatus) -> bool:
        """Suspend or resume; False where there is no such account."""
        with self._database.writing() as connection:
            statement = "UPDATE accounts SET status = ? WHERE id = ?"
            return connection.execute(statement, (status, account_id)).rowcount == 1

    def place_hold(self, account_id: str, wanted: OpenHold, terms: HoldTerms) -> Placement | None:
        """Count one request and set its amount aside, both or neither."""
        with self._database.writing() as connection:
            account = _read(connection, account_id)
            if account is None:
                return None
            if any(hold.id == wanted.id for hold in account.holds):
                return Placement(account, placed=True)
            if refusal(account, wanted, terms) is not None:
                return Placement(account, placed=False)
            _count_request(connection, account, terms)
            if wanted.amount:
                _set_aside(connection, account_id, wanted)
            after = _read(connection, account_id)
        return None if after is None else Placement(after, placed=True)

    def end_hold(self, line: Line, back: int = 0) -> LineKind | None:
        """Commit or release an open hold and append the line; answers how the hold ended."""
        with self._database.writing() as connection:
            ended = _kind_of(connection, line)
            removed = connection.execute(
                "DELETE FROM holds WHERE account_id = ? AND id = ? AND amount = ?",
                (line.account_id, line.id, line.amount + back),
            ).rowcount
            if not removed:
                return ended
            # A hold placed again under a name that has ended belongs to nobody: it goes back.
            spent = line.amount if ended is None and line.kind is LineKind.COMMIT else 0
            connection.execute(
                "UPDATE accounts SET spent = spent + ?, balance = balance + ? WHERE id = ?",
                (spent, line.amount + back - spent, line.account_id),
            )
            if ended is None:
                _append(connection, line)
            return ended or line.kind

    def add_credits(self, line: Line) -> bool:
        """Apply a grant or an adjustment once; False where the balance would fall below zero."""
        with self._database.writing() as connection:
            if _kind_of(connection, line) is not None:
                return True
            changed = connection.execute(
                "UPDATE accounts SET granted = granted + ?1, balance = balance + ?1 "
                "WHERE id = ?2 AND balance + ?1 >= 0",
                (line.amount, line.account_id),
            ).rowcount
            if changed:
                _append(connection, line)
            return changed == 1

    def read_ledger(self, account_id: str) -> Iterable[Line]:
        """Every line of an account, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM ledger WHERE account_id = ? ORDER BY id", (account_id,)
            ).fetchall()
        return [
            Line(
                row["id"],
                row["account_id"],
                LineKind(row["kind"]),
                row["amount"],
                row["at_us"],
                row["reference"],
            )
            for row in rows
        ]

    def expired_holds(self, now_us: int) -> Iterable[tuple[str, OpenHold]]:
        """Account and hold, for every hold past its time."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT * FROM holds WHERE expires_at_us <= ?", (now_us,)).fetchall()
        return [(row["account_id"], _open_hold(row)) for row in rows]


def _read(connection: sqlite3.Connection, account_id: str) -> Account | None:
    row = connection.execute("SELECT * FROM accounts WHERE id = ?", (account_id,)).fetchone()
    if row is None:
        return None
    holds = connection.execute("SELECT * FROM holds WHERE account_id = ? ORDER BY id", (account_id,))
    tats = connection.execute("SELECT rate, tat_us FROM tats WHERE account_id = ?", (account_id,))
    return Account(
        id=row["id"],
        name=row["name"],
        plan=row["plan"],
        created_at_us=row["created_at_us"],
        status=AccountStatus(row["status"]),
        granted=row["granted"],
        balance=row["balance"],
        spent=row["spent"],
        holds=tuple(_open_hold(hold) for hold in holds),
        tats_us={tat["rate"]: tat["tat_us"] for tat in tats},
    )


def _open_hold(row: sqlite3.Row) -> OpenHold:
    return OpenHold(row["id"], row["amount"], row["expires_at_us"])


def _count_request(connection: sqlite3.Connection, account: Account, terms: HoldTerms) -> None:
    for rate in terms.rates:
        tat_us = rate.next_tat_us(account.tats_us.get(rate.name, 0), terms.now_us)
        connection.execute("INSERT OR REPLACE INTO tats VALUES (?, ?, ?)", (account.id, rate.name, tat_us))


def _set_aside(connection: sqlite3.Connection, account_id: str, wanted: OpenHold) -> None:
    connection.execute("UPDATE accounts SET balance = balance - ? WHERE id = ?", (wanted.amount, account_id))
    connection.execute(
        "INSERT INTO holds VALUES (?, ?, ?, ?)",
        (account_id, wanted.id, wanted.amount, wanted.expires_at_us),
    )


def _kind_of(connection: sqlite3.Connection, line: Line) -> LineKind | None:
    row = connection.execute(
        "SELECT kind FROM ledger WHERE account_id = ? AND id = ?", (line.account_id, line.id)
    ).fetchone()
    return None if row is None else LineKind(row["kind"])


def _append(connection: sqlite3.Connection, line: Line) -> None:
    connection.execute(
        "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)",
        (line.account_id, line.id, line.kind, line.amount, line.at_us, line.reference),
    )
