"""Idempotency keys in SQLite."""

import json
import sqlite3

from handler.domain.idempotency import Attempt, KeptAnswer
from handler.stores.local.database import Database


class LocalAttempts:
    """The attempt store of one machine."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, attempt: Attempt, now_us: int) -> Attempt | None:
        """Take a free key, or answer who has it."""
        with self._database.writing() as connection:
            found = _find(connection, attempt)
            if found is not None and found.expires_at_us > now_us:
                return None if found.owner == attempt.owner else found
            _write(connection, attempt)
        return None

    def replace(self, attempt: Attempt, owner: str) -> bool:
        """Put the attempt in the place of the owner's."""
        with self._database.writing() as connection:
            found = _find(connection, attempt)
            if found is None or found.owner not in {owner, attempt.owner}:
                return False
            _write(connection, attempt)
        return True

    def drop(self, attempt: Attempt) -> None:
        """Free the key where the attempt still owns it."""
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM attempts WHERE account_id = ? AND name = ? AND owner = ?",
                (attempt.account_id, attempt.name, attempt.owner),
            )

    def forget_expired(self, now_us: int) -> tuple[Attempt, ...]:
        """Drop attempts past their expiry, and answer them."""
        with self._database.writing() as connection:
            rows = connection.execute(
                "DELETE FROM attempts WHERE expires_at_us <= ? RETURNING *", (now_us,)
            ).fetchall()
        return tuple(_attempt(row) for row in rows)


def _find(connection: sqlite3.Connection, attempt: Attempt) -> Attempt | None:
    row = connection.execute(
        "SELECT * FROM attempts WHERE account_id = ? AND name = ?", (attempt.account_id, attempt.name)
    ).fetchone()
    return None if row is None else _attempt(row)


def _write(connection: sqlite3.Connection, attempt: Attempt) -> None:
    answer = attempt.answer
    connection.execute(
        "INSERT OR REPLACE INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            attempt.account_id,
            attempt.name,
            attempt.fingerprint,
            attempt.owner,
            attempt.hold_id,
            attempt.paid,
            attempt.deadline_us,
            attempt.expires_at_us,
            answer.status if answer else None,
            json.dumps(answer.headers) if answer else None,
            answer.body if answer else None,
            answer.body_name if answer else None,
        ),
    )


def _attempt(row: sqlite3.Row) -> Attempt:
    answer = None
    if row["status"] is not None:
        headers = tuple((name, value) for name, value in json.loads(row["headers"]))
        answer = KeptAnswer(row["status"], headers, row["body"], row["body_name"])
    return Attempt(
        account_id=row["account_id"],
        name=row["name"],
        fingerprint=row["fingerprint"],
        owner=row["owner"],
        hold_id=row["hold_id"],
        paid=bool(row["paid"]),
        deadline_us=row["deadline_us"],
        expires_at_us=row["expires_at_us"],
        answer=answer,
    )
