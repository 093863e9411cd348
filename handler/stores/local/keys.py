"""Keys in SQLite, by digest."""

import sqlite3
from collections.abc import Iterable

from handler.domain.key import KeyRecord
from handler.stores.local.database import Database


class LocalKeys:
    """The key store of one machine."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find_key(self, digest: str) -> KeyRecord | None:
        """The key of this digest."""
        return self._find("SELECT * FROM keys WHERE digest = ?", digest)

    def find_gateway_key(self, gateway_key_id: str) -> KeyRecord | None:
        """The key that has this API Gateway key."""
        return self._find("SELECT * FROM keys WHERE gateway_key_id = ?", gateway_key_id)

    def list_keys(self, account_id: str) -> Iterable[KeyRecord]:
        """Every key of an account, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM keys WHERE account_id = ? ORDER BY id", (account_id,)
            ).fetchall()
        return [_record(row) for row in rows]

    def put_key(self, record: KeyRecord) -> bool:
        """Keep a key, in the place of what was kept of it; False where it would bring back a revoked one."""
        with self._database.writing() as connection:
            kept = connection.execute(
                "SELECT revoked_at_us FROM keys WHERE digest = ?", (record.digest,)
            ).fetchone()
            if kept is not None and kept["revoked_at_us"] not in {None, record.revoked_at_us}:
                return False
            connection.execute(
                "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    record.digest,
                    record.id,
                    record.account_id,
                    record.label,
                    record.test,
                    record.last_four,
                    record.created_at_us,
                    record.last_used_at_us,
                    record.expires_at_us,
                    record.revoked_at_us,
                    record.account_suspended,
                    record.gateway_key_id,
                ),
            )
        return True

    def touch_key(self, digest: str, used_at_us: int) -> None:
        """Note the last use."""
        with self._database.writing() as connection:
            connection.execute("UPDATE keys SET last_used_at_us = ? WHERE digest = ?", (used_at_us, digest))

    def _find(self, statement: str, value: str) -> KeyRecord | None:
        with self._database.reading() as connection:
            row = connection.execute(statement, (value,)).fetchone()
        return None if row is None else _record(row)


def _record(row: sqlite3.Row) -> KeyRecord:
    return KeyRecord(
        id=row["id"],
        account_id=row["account_id"],
        digest=row["digest"],
        label=row["label"],
        test=bool(row["test"]),
        last_four=row["last_four"],
        created_at_us=row["created_at_us"],
        last_used_at_us=row["last_used_at_us"],
        expires_at_us=row["expires_at_us"],
        revoked_at_us=row["revoked_at_us"],
        account_suspended=bool(row["account_suspended"]),
        gateway_key_id=row["gateway_key_id"],
    )
