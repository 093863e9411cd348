"""Accounts in DynamoDB: a hold is one conditional update, its end one transaction with its ledger line."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace

from handler.domain.account import (
    Account,
    AccountStatus,
    HoldTerms,
    OpenHold,
    Placement,
    refusal,
)
from handler.domain.ledger import Line, LineKind
from handler.stores.aws.holds import placing
from handler.stores.aws.items import (
    account_from,
    account_pk,
    ending_change,
    line_from,
    line_item,
    new_account_item,
)
from handler.stores.aws.table import Change, ConditionFailedError, Put, Table

logger = logging.getLogger(__name__)

_NEW = "attribute_not_exists(#pk)"
_PLACE_ATTEMPTS = 6
# The place of the hold in the transaction that ends it.
_HOLD = 0
_MAX_SEEN = 10_000


class AwsAccounts:
    """The account store of a deployment."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._seen_tats_us: dict[str, Mapping[str, int]] = {}

    def create_account(self, account: Account) -> None:
        """Open an account; one that exists stays as it is."""
        entry = {"pk": "DIRECTORY", "sk": account_pk(account.id)}
        try:
            self._table.transact(Put(new_account_item(account), _NEW), Put(entry, _NEW))
        except ConditionFailedError:
            return

    def read_account(self, account_id: str) -> Account | None:
        """The account as of now."""
        item = self._table.get(account_pk(account_id), "ACCOUNT")
        return None if item is None else account_from(item)

    def list_accounts(self) -> Iterable[Account]:
        """Every account, by id."""
        keys = [(entry["sk"], "ACCOUNT") for entry in self._table.query("DIRECTORY", "ACCOUNT#")]
        return sorted((account_from(item) for item in self._table.batch_get(keys)), key=lambda each: each.id)

    def set_status(self, account_id: str, status: AccountStatus) -> bool:
        """Suspend or resume; False where there is no such account."""
        values = {"status": status.value}
        change = Change(
            account_pk(account_id), "ACCOUNT", "SET #status = :status", "attribute_exists(#pk)", values
        )
        try:
            self._table.update(change)
        except ConditionFailedError:
            return False
        return True

    def place_hold(self, account_id: str, wanted: OpenHold, terms: HoldTerms) -> Placement | None:
        """Count one request and set its amount aside, in one write where the guess at the rates is right."""
        seen = self._seen_tats_us.get(account_id, {})
        for left in reversed(range(_PLACE_ATTEMPTS)):
            if not left:
                # Others move the rates faster than they can be read: the credits alone decide.
                logger.warning("rate not checked: too many at once", extra={"account": account_id})
                terms = replace(terms, rates=())
            try:
                account = account_from(
                    self._table.update(placing(account_pk(account_id), wanted, terms, seen))
                )
            except ConditionFailedError as failure:
                if failure.item is None:
                    return None
                account = account_from(failure.item)
                if any(hold.id == wanted.id for hold in account.holds):
                    # Placed by an earlier try whose answer was lost.
                    return self._seen(account, placed=True)
                if refusal(account, wanted, terms) is not None:
                    return self._seen(account, placed=False)
                seen = account.tats_us
            else:
                return self._seen(account, placed=True)
        return self._seen(account, placed=False)

    def end_hold(self, line: Line, back: int = 0) -> LineKind | None:
        """Commit or release an open hold and append the line; answers how the hold ended."""
        spent = line.amount if line.kind is LineKind.COMMIT else 0
        held = line.amount + back
        try:
            self._table.transact(ending_change(line, held, spent), Put(line_item(line), _NEW))
        except ConditionFailedError as failure:
            if _HOLD not in failure.actions:
                self._give_back(line, held)
            return self._kind_of(line)
        return line.kind

    def add_credits(self, line: Line) -> bool:
        """Apply a grant or an adjustment once; False where the balance would fall below zero."""
        change = Change(
            account_pk(line.account_id),
            "ACCOUNT",
            "SET #granted = #granted + :amount, #balance = #balance + :amount",
            "#balance >= :least",
            {"amount": line.amount, "least": -line.amount},
        )
        try:
            self._table.transact(change, Put(line_item(line), _NEW))
        except ConditionFailedError:
            return self._kind_of(line) is not None
        return True

    def read_ledger(self, account_id: str) -> Iterable[Line]:
        """Every line of an account, oldest first."""
        for item in self._table.query(account_pk(account_id), "LINE#"):
            yield line_from(item, account_id)

    def expired_holds(self, now_us: int) -> Iterable[tuple[str, OpenHold]]:
        """Account and hold, for every hold past its time."""
        for account in self.list_accounts():
            for hold in account.expired_holds(now_us):
                yield account.id, hold

    def _give_back(self, line: Line, held: int) -> None:
        # A hold placed again under a name that has ended belongs to nobody.
        try:
            self._table.update(ending_change(line, held, 0))
        except ConditionFailedError:
            return

    def _seen(self, account: Account, *, placed: bool) -> Placement:
        if len(self._seen_tats_us) >= _MAX_SEEN:
            self._seen_tats_us.clear()
        self._seen_tats_us[account.id] = account.tats_us
        return Placement(account, placed=placed)

    def _kind_of(self, line: Line) -> LineKind | None:
        found = self._table.get(account_pk(line.account_id), f"LINE#{line.id}")
        return None if found is None else LineKind(found["kind"])
