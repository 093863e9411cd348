"""What the owner of the service does with accounts: open, suspend, grant, look, verify."""

import time
from collections.abc import Callable
from dataclasses import replace

from handler.domain.account import Account, AccountStatus
from handler.domain.errors import InsufficientCreditsError, InvalidParameterError, NotFoundError
from handler.domain.identifiers import random62, sortable_id
from handler.domain.ledger import Difference, Line, LineKind, differences
from handler.domain.money import MAX_AMOUNT, format_credits
from handler.domain.rate import SECOND_US
from handler.ports import AccountStore, KeyStore

MAX_NAME_CHARS = 100
GUESTS = "guests"
MAX_REASON_CHARS = 200
# While requests go on, an account changes between the readings of its figures and of its ledger.
_VERIFY_ATTEMPTS = 20


class Bookkeeping:
    """Accounts, credits and the ledger, for people rather than for requests."""

    def __init__(self, books: AccountStore, keys: KeyStore, clock: Callable[[], float] = time.time) -> None:
        self._books = books
        self._keys = keys
        self._clock = clock

    def create_account(self, name: str, plan: str = "standard") -> str:
        """Open an account without credits and answer its id."""
        _check_text("name", name, MAX_NAME_CHARS)
        _check_text("plan", plan, MAX_NAME_CHARS)
        account_id = f"org_{random62(16)}"
        self._books.create_account(Account(account_id, name, plan, self._now_us()))
        return account_id

    def open_guest_account(self, amount: int) -> str:
        """Open the account of those who need no key, once, with so many credits, and answer its id."""
        if self._books.read_account(GUESTS) is None:
            self._books.create_account(Account(GUESTS, "Guests", "guests", self._now_us()))
            self.grant(GUESTS, amount, "to begin with")
        return GUESTS

    def find(self, account_id: str) -> Account:
        """The account as of now."""
        account = self._books.read_account(account_id)
        if account is None:
            raise NotFoundError(f"There is no account {account_id}")
        return account

    def list(self) -> tuple[Account, ...]:
        """Every account."""
        return tuple(self._books.list_accounts())

    def set_status(self, account_id: str, status: AccountStatus) -> None:
        """Suspend or resume an account."""
        if not self._books.set_status(account_id, status):
            raise NotFoundError(f"There is no account {account_id}")
        suspended = status is AccountStatus.SUSPENDED
        for record in self._keys.list_keys(account_id):
            if record.account_suspended is not suspended:
                # Refused where the key was revoked meanwhile, and then it needs no mark.
                self._keys.put_key(replace(record, account_suspended=suspended))

    def grant(self, account_id: str, amount: int, reason: str) -> Line:
        """Give credits."""
        if not 0 < amount <= MAX_AMOUNT:
            raise InvalidParameterError("credits", "an amount above 0", format_credits(amount))
        return self._add(account_id, LineKind.GRANT, amount, reason)

    def adjust(self, account_id: str, amount: int, reason: str) -> Line:
        """Correct the books, upwards or downwards."""
        if not 0 < abs(amount) <= MAX_AMOUNT:
            raise InvalidParameterError("credits", "an amount other than 0", format_credits(amount))
        return self._add(account_id, LineKind.ADJUSTMENT, amount, reason)

    def ledger(self, account_id: str) -> tuple[Line, ...]:
        """Every line of an account, oldest first."""
        self.find(account_id)
        return tuple(self._books.read_ledger(account_id))

    def verify(self, account_id: str) -> tuple[Difference, ...]:
        """Where an account's figures differ from its ledger; nowhere, if all is well."""
        found: tuple[Difference, ...] = ()
        for _ in range(_VERIFY_ATTEMPTS):
            before = self.find(account_id)
            found = differences(before, self._books.read_ledger(account_id))
            if not found or self.find(account_id) == before:
                break
        return found

    def _add(self, account_id: str, kind: LineKind, amount: int, reason: str) -> Line:
        _check_text("reason", reason, MAX_REASON_CHARS)
        self.find(account_id)
        now_us = self._now_us()
        line = Line(sortable_id(now_us), account_id, kind, amount, now_us, reason)
        if not self._books.add_credits(line):
            raise InsufficientCreditsError("The balance would fall below zero")
        return line

    def _now_us(self) -> int:
        return int(self._clock() * SECOND_US)


def _check_text(field: str, text: str, most: int) -> None:
    if not 0 < len(text) <= most or not text.isprintable():
        raise InvalidParameterError(field, f"1 to {most} printable characters", text)
