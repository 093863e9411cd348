"""One SQLite file, shared by many threads and several processes."""

import os
import queue
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handler.domain.errors import StoreUnavailableError

_BUSY_SECONDS = 10.0
_VERSION = 1
_SCHEMA = (
    """CREATE TABLE accounts (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        plan TEXT NOT NULL,
        created_at_us INTEGER NOT NULL,
        status TEXT NOT NULL,
        granted INTEGER NOT NULL CHECK (granted >= 0),
        balance INTEGER NOT NULL CHECK (balance >= 0),
        spent INTEGER NOT NULL CHECK (spent >= 0)
    ) STRICT""",
    """CREATE TABLE holds (
        account_id TEXT NOT NULL REFERENCES accounts (id),
        id TEXT NOT NULL,
        amount INTEGER NOT NULL CHECK (amount > 0),
        expires_at_us INTEGER NOT NULL,
        PRIMARY KEY (account_id, id)
    ) STRICT""",
    """CREATE TABLE tats (
        account_id TEXT NOT NULL REFERENCES accounts (id),
        rate TEXT NOT NULL,
        tat_us INTEGER NOT NULL,
        PRIMARY KEY (account_id, rate)
    ) STRICT""",
    """CREATE TABLE ledger (
        account_id TEXT NOT NULL REFERENCES accounts (id),
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        amount INTEGER NOT NULL,
        at_us INTEGER NOT NULL,
        reference TEXT NOT NULL,
        PRIMARY KEY (account_id, id)
    ) STRICT""",
    """CREATE TRIGGER ledger_keeps BEFORE UPDATE ON ledger
        BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_stays BEFORE DELETE ON ledger
        BEGIN SELECT RAISE (ABORT, 'the ledger is append-only'); END""",
    """CREATE TABLE keys (
        digest TEXT PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        account_id TEXT NOT NULL REFERENCES accounts (id),
        label TEXT NOT NULL,
        test INTEGER NOT NULL,
        last_four TEXT NOT NULL,
        created_at_us INTEGER NOT NULL,
        last_used_at_us INTEGER,
        expires_at_us INTEGER,
        revoked_at_us INTEGER,
        account_suspended INTEGER NOT NULL,
        gateway_key_id TEXT UNIQUE
    ) STRICT""",
    "CREATE INDEX keys_of_account ON keys (account_id, id)",
    """CREATE TABLE attempts (
        account_id TEXT NOT NULL,
        name TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        owner TEXT NOT NULL,
        hold_id TEXT NOT NULL,
        paid INTEGER NOT NULL,
        deadline_us INTEGER NOT NULL,
        expires_at_us INTEGER NOT NULL,
        status INTEGER,
        headers TEXT,
        body BLOB,
        body_name TEXT,
        PRIMARY KEY (account_id, name)
    ) STRICT""",
    "CREATE INDEX attempts_by_expiry ON attempts (expires_at_us)",
    f"PRAGMA user_version = {_VERSION}",
)


class Database:
    """Connections to one file, lent for the length of one transaction."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        # Also where nobody closes it: at the end of the program, or when it is forgotten.
        self.close = weakref.finalize(self, _close_all, self._idle)
        with self.writing() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in _SCHEMA:
                    connection.execute(statement)
            elif version != _VERSION:
                raise StoreUnavailableError(f"{path} has form {version}, this program knows {_VERSION}")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that all others wait for; whole or not at all."""
        # Taking the lock at once is what makes read-then-write safe and keeps it free of deadlocks.
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        connection = None
        try:
            connection = self._borrow()
            connection.execute(begin)
            yield connection
            connection.execute("COMMIT")
        except BaseException as error:
            if connection is not None:
                # Closing rolls back, and a connection that failed once is not lent again.
                connection.close()
            if isinstance(error, sqlite3.Error):
                raise StoreUnavailableError from error
            raise
        self._idle.put(connection)

    def _borrow(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # SQLite gives its side files the mode of this one: the books are the owner's alone.
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise StoreUnavailableError from error
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # Credits survive a power cut, not only a killed process.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        except sqlite3.Error:
            connection.close()
            raise
        connection.row_factory = sqlite3.Row
        return connection


def _close_all(idle: "queue.SimpleQueue[sqlite3.Connection]") -> None:
    while not idle.empty():
        idle.get_nowait().close()
