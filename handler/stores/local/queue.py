"""Messages in SQLite."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from handler.domain.rate import SECOND_US
from handler.ports.queue import Delivery
from handler.stores.local.database import Database

_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class QueueRule:
    """
    How a queue treats what is not done.

    Attributes:
        visibility_seconds: after how long a message comes again.
        max_receives: how often it comes before it is dead.
        dead_name: the queue that it then moves to; None lets it come for ever.
    """

    visibility_seconds: float
    max_receives: int = 5
    dead_name: str | None = None


class LocalQueue:
    """One queue of one machine; any number of processes may send and receive."""

    def __init__(
        self, database: Database, name: str, rule: QueueRule, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._name = name
        self._rule = rule
        self._clock = clock

    def send(self, body: str, delay_seconds: float = 0) -> None:
        """Add a message."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO messages (queue, body, visible_at_us, receives) VALUES (?, ?, ?, 0)",
                (self._name, body, self._after_us(delay_seconds)),
            )

    def receive(self, wait_seconds: float = 0) -> Delivery | None:
        """Take the message that has waited longest."""
        ends_at = time.monotonic() + wait_seconds
        while True:
            # Looking first keeps idle receivers from waiting for one another's locks.
            if self._has_visible() and (found := self._take()) is not None:
                return found
            if time.monotonic() >= ends_at:
                return None
            time.sleep(min(_POLL_SECONDS, max(0.0, ends_at - time.monotonic())))

    def done(self, receipt: str) -> None:
        """Forget the message."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM messages WHERE receipt = ?", (receipt,))

    def put_back(self, receipt: str, delay_seconds: float) -> None:
        """Let it come again after so long."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE messages SET visible_at_us = ? WHERE receipt = ?",
                (self._after_us(delay_seconds), receipt),
            )

    def _has_visible(self) -> bool:
        with self._database.reading() as connection:
            statement = "SELECT 1 FROM messages WHERE queue = ? AND visible_at_us <= ? LIMIT 1"
            return connection.execute(statement, (self._name, self._after_us(0))).fetchone() is not None

    def _take(self) -> Delivery | None:
        rule = self._rule
        with self._database.writing() as connection:
            if rule.dead_name is not None:
                connection.execute(
                    "UPDATE messages SET queue = ?, receives = 0 "
                    "WHERE queue = ? AND visible_at_us <= ? AND receives >= ?",
                    (rule.dead_name, self._name, self._after_us(0), rule.max_receives),
                )
            row = connection.execute(
                "UPDATE messages SET receipt = ?, visible_at_us = ?, receives = receives + 1 WHERE id = "
                "(SELECT id FROM messages WHERE queue = ? AND visible_at_us <= ? "
                "ORDER BY visible_at_us, id LIMIT 1) RETURNING receipt, body",
                (
                    secrets.token_hex(16),
                    self._after_us(rule.visibility_seconds),
                    self._name,
                    self._after_us(0),
                ),
            ).fetchone()
        return None if row is None else Delivery(row["receipt"], row["body"])

    def _after_us(self, seconds: float) -> int:
        return int((self._clock() + seconds) * SECOND_US)
