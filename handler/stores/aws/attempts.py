"""Idempotency keys in DynamoDB."""

import json
from dataclasses import asdict

from handler.domain.errors import StoreUnavailableError
from handler.domain.idempotency import Attempt, KeptAnswer
from handler.domain.rate import SECOND_US
from handler.stores.aws.table import ConditionFailedError, Put, Table
from handler.stores.aws.wire import Item


class AwsAttempts:
    """The attempt store of a deployment."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def claim(self, attempt: Attempt, now_us: int) -> Attempt | None:
        """Take a free key, or answer who has it."""
        # The table's own expiry may be days late, so the condition looks at the time itself.
        condition = "attribute_not_exists(#pk) OR #expires_at_us <= :now OR #owner = :own"
        try:
            self._table.put(Put(_item(attempt), condition, {"now": now_us, "own": attempt.owner}))
        except ConditionFailedError as failure:
            if failure.item is None:
                raise StoreUnavailableError from failure
            return _attempt(failure.item)
        return None

    def replace(self, attempt: Attempt, owner: str) -> bool:
        """Put the attempt in the place of the owner's."""
        values = {"owner": owner, "own": attempt.owner}
        try:
            self._table.put(Put(_item(attempt), "#owner = :owner OR #owner = :own", values))
        except ConditionFailedError:
            return False
        return True

    def drop(self, attempt: Attempt) -> None:
        """Free the key where the attempt still owns it."""
        try:
            self._table.delete(_pk(attempt), "ATTEMPT", "#owner = :own", {"own": attempt.owner})
        except ConditionFailedError:
            return

    def forget_expired(self, now_us: int) -> tuple[Attempt, ...]:  # noqa: ARG002 # the port's
        """Nothing: the table and the bucket clean themselves by their expiry rules."""
        return ()


def _pk(attempt: Attempt) -> str:
    return f"ATTEMPT#{attempt.account_id}#{attempt.name}"


def _item(attempt: Attempt) -> Item:
    kept = attempt.answer
    return {
        **asdict(attempt),
        "pk": _pk(attempt),
        "sk": "ATTEMPT",
        "expires_at": attempt.expires_at_us // SECOND_US,
        "answer": None if kept is None else {**asdict(kept), "headers": json.dumps(kept.headers)},
    }


def _attempt(item: Item) -> Attempt:
    kept = item.get("answer")
    answer = None
    if kept is not None:
        headers = tuple((name, value) for name, value in json.loads(kept["headers"]))
        answer = KeptAnswer(kept["status"], headers, kept["body"], kept.get("body_name"))
    return Attempt(
        account_id=item["account_id"],
        name=item["name"],
        fingerprint=item["fingerprint"],
        owner=item["owner"],
        hold_id=item["hold_id"],
        paid=item["paid"],
        deadline_us=item["deadline_us"],
        expires_at_us=item["expires_at_us"],
        answer=answer,
    )
