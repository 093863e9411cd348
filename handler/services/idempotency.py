"""
Requests that may be repeated: the first answer is kept, a repetition gets it again and pays nothing.

The charge itself belongs to the caller's key, not to the run. A run that died frees its key at its
deadline; the run that takes over first ends the dead one's hold. If that hold was spent, the new run
is paid for already. So one key is charged at most once, whatever dies in between.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from handler.domain.errors import (
    IdempotencyInProgressError,
    IdempotencyMismatchError,
    InvalidParameterError,
    StoreUnavailableError,
    ZeroRetentionError,
)
from handler.domain.idempotency import Attempt, KeptAnswer
from handler.domain.identifiers import random62, sortable_id
from handler.domain.ledger import LineKind
from handler.domain.rate import SECOND_US
from handler.ports import AttemptStore, ObjectStore
from handler.services.accounts import Accounts

logger = logging.getLogger(__name__)

MAX_KEY_CHARS = 255
DAY_SECONDS = 24 * 3600
# A twin is asked to come back soon: most pictures take a second or two.
_MAX_RETRY_SECONDS = 2
# DynamoDB bills each KB of an item like a write of its own, and an object like five.
MAX_INLINE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to run under a key."""

    attempt: Attempt

    @property
    def hold_id(self) -> str:
        """The name that the run's hold must have."""
        return self.attempt.hold_id

    @property
    def paid(self) -> bool:
        """Whether an earlier run was charged and died, so that this one's price is 0."""
        return self.attempt.paid


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The first answer, to be sent again."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RepeatRule:
    """
    How long a run may take before its key is freed, and how long an answer is kept.

    Attributes:
        keeps: whether answers may be kept at all.
    """

    run_seconds: float
    kept_seconds: float = DAY_SECONDS
    keeps: bool = True


class Idempotency:
    """One run and one charge for each key of an account."""

    def __init__(
        self,
        attempts: AttemptStore,
        objects: ObjectStore,
        accounts: Accounts,
        rule: RepeatRule,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._attempts = attempts
        self._objects = objects
        self._accounts = accounts
        self._rule = rule
        self._clock = clock

    def begin(self, account_id: str, key: str, fingerprint: str) -> Ticket | StoredAnswer:
        """Start under the key, or give the answer that it has."""
        if not 0 < len(key) <= MAX_KEY_CHARS or not key.isprintable():
            raise InvalidParameterError("Idempotency-Key", f"1 to {MAX_KEY_CHARS} printable characters", key)
        if not self._rule.keeps:
            raise ZeroRetentionError("This service keeps no answers, so it takes no Idempotency-Key")
        now_us = int(self._clock() * SECOND_US)
        fresh = self._fresh(account_id, key, fingerprint, now_us)
        found = self._attempts.claim(fresh, now_us)
        if found is None:
            return Ticket(fresh)
        if found.fingerprint != fingerprint:
            raise IdempotencyMismatchError
        if found.answer is not None:
            answer = self._fetch(found.answer)
            # Without its body the answer is lost; the run was paid for, so it is made again for nothing.
            return answer or self._take_over(found, fresh)
        if found.deadline_us > now_us:
            left_seconds = -(-(found.deadline_us - now_us) // SECOND_US)
            raise IdempotencyInProgressError(min(left_seconds, _MAX_RETRY_SECONDS))
        return self._take_over(found, fresh)

    def finish(self, ticket: Ticket, status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> None:
        """Keep the answer for repetitions; where that fails, a repetition runs again and pays nothing."""
        attempt = ticket.attempt
        try:
            kept = KeptAnswer(status, headers, body)
            if len(body) > MAX_INLINE_BYTES:
                name = f"answers/{attempt.account_id}/{attempt.owner}"
                self._objects.put(name, body, "application/octet-stream")
                kept = KeptAnswer(status, headers, b"", name)
            self._attempts.replace(replace(attempt, answer=kept), attempt.owner)
        except StoreUnavailableError:
            logger.warning("answer not kept for repetitions", extra={"hold": attempt.hold_id})

    def abandon(self, ticket: Ticket) -> None:
        """Free the key of a run that has no answer worth keeping."""
        try:
            self._attempts.drop(ticket.attempt)
        except StoreUnavailableError:
            logger.warning("key not freed: it frees itself", extra={"hold": ticket.hold_id})

    def sweep(self) -> int:
        """Forget what is past its day, where the store does not by itself; answers how many."""
        forgotten = self._attempts.forget_expired(int(self._clock() * SECOND_US))
        for attempt in forgotten:
            if attempt.answer is not None and attempt.answer.body_name is not None:
                self._objects.delete(attempt.answer.body_name)
        return len(forgotten)

    def _fresh(self, account_id: str, key: str, fingerprint: str, now_us: int) -> Attempt:
        return Attempt(
            account_id=account_id,
            name=hashlib.sha256(key.encode()).hexdigest(),
            fingerprint=fingerprint,
            owner=random62(22),
            hold_id=sortable_id(now_us),
            paid=False,
            deadline_us=now_us + int(self._rule.run_seconds * SECOND_US),
            expires_at_us=now_us + int(self._rule.kept_seconds * SECOND_US),
        )

    def _take_over(self, dead: Attempt, fresh: Attempt) -> Ticket:
        ended = self._accounts.end_dead_hold(dead.account_id, dead.hold_id)
        if ended is LineKind.COMMIT:
            fresh = replace(fresh, hold_id=dead.hold_id, paid=True)
        elif ended is None:
            # It never held; should it yet try, both mean the same hold.
            fresh = replace(fresh, hold_id=dead.hold_id)
        if not self._attempts.replace(fresh, dead.owner):
            raise IdempotencyInProgressError(_MAX_RETRY_SECONDS)
        return Ticket(fresh)

    def _fetch(self, kept: KeptAnswer) -> StoredAnswer | None:
        body = kept.body if kept.body_name is None else self._objects.get(kept.body_name)
        return None if body is None else StoredAnswer(kept.status, kept.headers, body)
