"""Whose key this is, told in a way that teaches a guesser nothing."""

import logging
import time
from collections.abc import Callable

from handler.domain.account import Caller
from handler.domain.errors import (
    AuthenticationError,
    MissingKeyError,
    PermissionDeniedError,
    StoreUnavailableError,
)
from handler.domain.key import KeyRecord, key_digest
from handler.domain.rate import SECOND_US
from handler.ports import KeyStore

logger = logging.getLogger(__name__)

SUSPENDED = "The account is suspended"
# A write for every use would double the cost of a request; a person needs no finer answer.
LAST_USED_GRAIN_US = 3600 * SECOND_US


class Authentication:
    """
    Credentials of requests.

    A malformed key is refused without a look-up, an unknown or revoked one after it. All of them are
    answered no sooner than `refusal_seconds`, which is longer than a look-up takes, so that the time
    does not tell which it was.
    """

    def __init__(
        self,
        keys: KeyStore,
        refusal_seconds: float = 0.025,
        clock: Callable[[], float] = time.time,
        stopwatch: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._keys = keys
        self._refusal_seconds = refusal_seconds
        self._clock = clock
        self._stopwatch = stopwatch
        self._sleep = sleep

    def by_key(self, presented: str | None) -> Caller:
        """The owner of a presented key."""
        started = self._stopwatch()
        digest = key_digest(presented) if presented else None
        try:
            return self._admit(self._keys.find_key(digest) if digest else None, started)
        except AuthenticationError:
            if presented is None:
                raise MissingKeyError from None
            raise

    def by_gateway_key(self, gateway_key_id: str) -> Caller:
        """The owner of a key that API Gateway has checked already."""
        started = self._stopwatch()
        return self._admit(self._keys.find_gateway_key(gateway_key_id), started)

    def _admit(self, record: KeyRecord | None, started: float) -> Caller:
        now_us = int(self._clock() * SECOND_US)
        if record is None or not record.is_usable(now_us):
            self._sleep(max(0.0, started + self._refusal_seconds - self._stopwatch()))
            raise AuthenticationError
        if record.account_suspended:
            raise PermissionDeniedError(SUSPENDED)
        self._note_use(record, now_us)
        return Caller(record.account_id, record.id, record.test)

    def _note_use(self, record: KeyRecord, now_us: int) -> None:
        last_us = record.last_used_at_us
        if last_us is not None and now_us - last_us < LAST_USED_GRAIN_US:
            return
        try:
            self._keys.touch_key(record.digest, now_us)
        except StoreUnavailableError:
            logger.warning("last use not noted", extra={"key": record.id})
