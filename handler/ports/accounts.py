"""What accounts need of a store: a few atomic primitives, safe to repeat after a lost answer."""

from collections.abc import Iterable
from typing import Protocol

from handler.domain.account import Account, AccountStatus, HoldTerms, OpenHold, Placement
from handler.domain.key import KeyRecord
from handler.domain.ledger import Line, LineKind


class AccountStore(Protocol):
    """
    Balances, holds and the ledger.

    Each method is atomic, and raises StoreUnavailableError where its outcome is not known; it may then
    be called again with the same values without a second effect.
    """

    def create_account(self, account: Account) -> None:
        """Open an account; one that exists stays as it is."""
        ...

    def read_account(self, account_id: str) -> Account | None:
        """The account as of now."""
        ...

    def list_accounts(self) -> Iterable[Account]:
        """Every account, by id."""
        ...

    def set_status(self, account_id: str, status: AccountStatus) -> bool:
        """Suspend or resume; False where there is no such account."""
        ...

    def place_hold(self, account_id: str, wanted: OpenHold, terms: HoldTerms) -> Placement | None:
        """
        Count one request against the rates and move its amount from balance to holds, in one write.

        Both happen or neither. A hold of that id which is open already counts as placed. A hold of 0
        only counts the request. None where there is no such account.
        """
        ...

    def end_hold(self, line: Line, back: int = 0) -> LineKind | None:
        """
        Commit or release the open hold that the line names, and append the line.

        The hold's amount is the line's and `back`, which a commit that spends only a part gives back.
        Answers with the kind of the line that ended the hold, be it this one or an earlier one; None
        where there never was such a hold.
        """
        ...

    def add_credits(self, line: Line) -> bool:
        """
        Apply a grant or an adjustment and append its line; once, however often it is called.

        False where there is no such account or the balance would fall below zero.
        """
        ...

    def read_ledger(self, account_id: str) -> Iterable[Line]:
        """Every line of an account, oldest first."""
        ...

    def expired_holds(self, now_us: int) -> Iterable[tuple[str, OpenHold]]:
        """Account and hold, for every hold past its time."""
        ...


class KeyStore(Protocol):
    """Keys by digest; raises StoreUnavailableError like an AccountStore."""

    def put_key(self, record: KeyRecord) -> bool:
        """
        Keep a key, in the place of what was kept of it.

        False, and nothing is changed, where the key was revoked and the record does not say the same: who
        read it before cannot bring it back.
        """
        ...

    def find_key(self, digest: str) -> KeyRecord | None:
        """The key of this digest, revoked ones included."""
        ...

    def find_gateway_key(self, gateway_key_id: str) -> KeyRecord | None:
        """The key that has this API Gateway key."""
        ...

    def list_keys(self, account_id: str) -> Iterable[KeyRecord]:
        """Every key of an account, oldest first."""
        ...

    def touch_key(self, digest: str, used_at_us: int) -> None:
        """Note the last use."""
        ...
