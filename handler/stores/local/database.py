"""One SQLite file, shared by many threads and several processes."""

import os
import queue
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handler.domain.errors import StoreUnavailableError
from handler.stores.local.schema import STEPS

_BUSY_SECONDS = 10.0


class Database:
    """Connections to one file, lent for the length of one transaction."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        # Also where nobody closes it: at the end of the program, or when it is forgotten.
        self.close = weakref.finalize(self, _close_all, self._idle)
        with self.writing() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > len(STEPS):
                raise StoreUnavailableError(f"{path} has form {version}, this program knows {len(STEPS)}")
            for number, step in enumerate(STEPS[version:], version + 1):
                for statement in step:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")

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
