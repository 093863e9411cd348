"""The books on SQLite, with a clock that is set by hand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from handler.domain.account import Caller
from handler.domain.key import KeyRecord
from handler.domain.rate import Rate
from handler.ports import KeyStore
from handler.services.accounts import Accounts, HoldRule
from handler.services.bookkeeping import Bookkeeping
from handler.services.idempotency import Idempotency, RepeatRule
from handler.services.keys import Keys
from tests.backends import Backend, open_local


@dataclass(slots=True)
class HandClock:
    """Tells the time that it was set to; a pause sets it ahead."""

    now: float = 1_800_000_000.0
    pauses: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Pause."""
        self.pauses.append(seconds)
        self.now += seconds


class Overtaken:
    """A key store in which something else happens between a reading of the keys and the next write."""

    def __init__(self, keys: KeyStore, meanwhile: Callable[[], object]) -> None:
        self._keys = keys
        self._meanwhile: list[Callable[[], object]] = [meanwhile]
        self.find_key = keys.find_key
        self.find_gateway_key = keys.find_gateway_key
        self.put_key = keys.put_key
        self.touch_key = keys.touch_key

    def list_keys(self, account_id: str) -> Iterable[KeyRecord]:
        """Give what is there now, and then let it happen, once."""
        found = tuple(self._keys.list_keys(account_id))
        if self._meanwhile:
            self._meanwhile.pop()()
        return found


@dataclass(frozen=True, slots=True)
class Books:
    """Everything about one backend's accounts."""

    backend: Backend
    clock: HandClock
    accounts: Accounts
    bookkeeping: Bookkeeping
    keys: Keys
    idempotency: Idempotency

    def caller(self, credit: int) -> Caller:
        """Open an account with so many thousandths."""
        account_id = self.bookkeeping.create_account("test")
        if credit:
            self.bookkeeping.grant(account_id, credit, "test")
        # Ids sort by time: what comes next comes later.
        self.clock.now += 1
        return Caller(account_id, "key_test", test=False)


@pytest.fixture
def books(tmp_path: Path) -> Books:
    """Books with room for 5 requests a second, 100 a minute, and holds of a minute."""
    backend, clock = open_local(tmp_path), HandClock()
    rule = HoldRule((Rate.per_second(5), Rate.per_minute(100)), 60)
    accounts = Accounts(backend.accounts, rule, clock, clock.sleep)
    repeats = RepeatRule(run_seconds=60)
    return Books(
        backend=backend,
        clock=clock,
        accounts=accounts,
        bookkeeping=Bookkeeping(backend.accounts, backend.keys, clock),
        keys=Keys(backend.keys, backend.accounts, clock=clock),
        idempotency=Idempotency(backend.attempts, backend.objects, accounts, repeats, clock),
    )
