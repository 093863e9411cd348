"""The books as a whole: what requests and people do with one backend's stores."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from handler.ports import Stores
from handler.services.accounts import Accounts, HoldRule
from handler.services.authentication import Authentication
from handler.services.bookkeeping import Bookkeeping
from handler.services.idempotency import Idempotency, RepeatRule
from handler.services.keys import Keys


@dataclass(frozen=True, slots=True)
class Books:
    """Requests use `accounts` and `idempotency`; people use `bookkeeping` and `keys`."""

    accounts: Accounts
    idempotency: Idempotency
    bookkeeping: Bookkeeping
    keys: Keys

    def sweep(self) -> int:
        """Give back lapsed holds and forget old answers; answers how many holds."""
        self.idempotency.sweep()
        return self.accounts.sweep()


def open_books(
    stores: Stores, hold_rule: HoldRule, repeat_rule: RepeatRule, clock: Callable[[], float] = time.time
) -> Books:
    """Open the books on the stores of one backend."""
    authentication = Authentication(stores.keys, clock=clock)
    accounts = Accounts(stores.accounts, authentication, hold_rule, clock)
    return Books(
        accounts=accounts,
        idempotency=Idempotency(stores.attempts, stores.objects, accounts, repeat_rule, clock),
        bookkeeping=Bookkeeping(stores.accounts, stores.keys, clock),
        keys=Keys(stores.keys, stores.accounts, stores.gateway, clock),
    )
