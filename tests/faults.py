"""Stores that fail between any two writes, before a write takes effect or after it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from handler.stores.local.database import Database

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_WRITES = ("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE", "COMMIT")


@dataclass(frozen=True, slots=True)
class Fault:
    """
    A store that fails for a while.

    Attributes:
        skipped: how many calls succeed first.
        lasting: how many calls then fail.
        lost: the failing calls take effect and only their answers are lost.
    """

    skipped: int
    lasting: int
    lost: bool


class Faults:
    """Decides which calls fail."""

    def __init__(self) -> None:
        self._fault: Fault | None = None
        self._calls = 0
        self.happened = 0

    @contextmanager
    def during(self, fault: Fault | None) -> Iterator[None]:
        """Let calls fail in this block as the fault says."""
        self._fault, self._calls = fault, 0
        try:
            yield
        finally:
            self._fault = None

    def next_call_fails(self) -> bool:
        """Count a call, and tell whether it fails."""
        fault, number = self._fault, self._calls
        self._calls += 1
        fails = fault is not None and fault.skipped <= number < fault.skipped + fault.lasting
        self.happened += fails
        return fails

    @property
    def lost(self) -> bool:
        """Whether a failing call takes effect."""
        return self._fault is not None and self._fault.lost


class FaultyDatabase(Database):
    """A database whose statements fail."""

    def __init__(self, path: Path, faults: Faults) -> None:
        self._faults = faults
        super().__init__(path)

    def _connect(self) -> sqlite3.Connection:
        connection = super()._connect()
        # No power fails here, and the disc would be most of the test's time.
        connection.execute("PRAGMA synchronous = OFF")
        return cast("sqlite3.Connection", _FaultyConnection(connection, self._faults))


class _FaultyConnection:
    def __init__(self, connection: sqlite3.Connection, faults: Faults) -> None:
        self._connection = connection
        self._faults = faults
        self.close = connection.close

    def execute(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        """Run a statement, unless it is a write whose turn it is to fail."""
        if not statement.startswith(_WRITES) or not self._faults.next_call_fails():
            return self._connection.execute(statement, values)
        if self._faults.lost:
            self._connection.execute(statement, values)
        raise sqlite3.OperationalError("disk I/O error")


def make_faulty(client: "DynamoDBClient", faults: Faults) -> None:
    """Let the client's calls fail."""
    failing: list[bool] = []

    def before(**_: object) -> None:
        failing.append(faults.next_call_fails())
        if failing[-1] and not faults.lost:
            raise EndpointConnectionError(endpoint_url="http://nowhere")

    def after(**_: object) -> None:
        if failing[-1]:
            raise ReadTimeoutError(endpoint_url="http://nowhere")

    client.meta.events.register("before-call.dynamodb", before)
    client.meta.events.register("after-call.dynamodb", after)
