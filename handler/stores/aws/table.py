"""
The one DynamoDB table, spoken to in plain values.

| item                   | pk                     | sk         | reached by                           |
|------------------------|------------------------|------------|--------------------------------------|
| account with its holds | ACCOUNT#id             | ACCOUNT    | get; one update places a hold        |
| ledger line            | ACCOUNT#id             | LINE#line  | query by prefix, in time order       |
| an account's key       | ACCOUNT#id             | KEY#key    | query by prefix                      |
| key                    | KEY#sha256             | KEY        | get: the one read of a request       |
| key of API Gateway     | GATEWAY#gateway key    | KEY        | get, then get of the key             |
| directory of accounts  | DIRECTORY              | ACCOUNT#id | query, then batch get                |
| idempotency key        | ATTEMPT#account#sha256 | ATTEMPT    | put on condition; TTL `expires_at`    |
| used token             | TOKEN#sha256           | TOKEN      | put on condition; TTL `expires_at`    |

Every read is consistent and there is no index: an index would lag behind, and cost a write for each hold.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from handler.domain.errors import StoreUnavailableError
from handler.stores.aws.wire import Item, Value, expressions, from_wire, to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CONFLICTS = {"TransactionConflict", "TransactionConflictException", "TransactionInProgressException"}
_FAILED = "ConditionalCheckFailed"
_ATTEMPTS = 10
_FIRST_PAUSE_SECONDS = 0.01
_BATCH = 100


class ConditionFailedError(Exception):
    """
    A condition did not hold.

    Attributes:
        item: what was found instead, where one item was to be written.
        actions: which of a transaction's actions failed, by their number.
    """

    def __init__(self, item: Item | None = None, actions: frozenset[int] = frozenset()) -> None:
        super().__init__()
        self.item = item
        self.actions = actions


@dataclass(frozen=True, slots=True)
class Change:
    """
    An update of one item.

    In the expressions `#x` is the attribute x, unless `names` says otherwise, and `:x` the value x.
    """

    pk: str
    sk: str
    update: str
    condition: str
    values: Mapping[str, Value]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Put:
    """An item written whole, in the place of any other where there is no condition."""

    item: Item
    condition: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)


class Table:
    """One table; what DynamoDB cannot tell becomes StoreUnavailableError."""

    def __init__(
        self, client: "DynamoDBClient", name: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep

    def get(self, pk: str, sk: str) -> Item | None:
        """One item."""
        answer = self._call(
            self._client.get_item,
            TableName=self._name,
            Key=to_wire({"pk": pk, "sk": sk}),
            ConsistentRead=True,
        )
        return from_wire(answer["Item"]) if "Item" in answer else None

    def batch_get(self, keys: Sequence[tuple[str, str]]) -> Iterator[Item]:
        """Items by their keys, in no order; those that are not there are left out."""
        waiting = [to_wire({"pk": pk, "sk": sk}) for pk, sk in keys]
        while waiting:
            request = {self._name: {"Keys": waiting[:_BATCH], "ConsistentRead": True}}
            answer = self._call(self._client.batch_get_item, RequestItems=request)
            yield from map(from_wire, answer["Responses"].get(self._name, []))
            left = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
            waiting = left + waiting[_BATCH:]

    def query(self, pk: str, prefix: str) -> Iterator[Item]:
        """Every item of a partition whose sort key begins so, in order."""
        request: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": to_wire({":pk": pk, ":prefix": prefix}),
            "ConsistentRead": True,
        }
        while True:
            answer = self._call(self._client.query, **request)
            yield from map(from_wire, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def put(self, put: Put) -> None:
        """Write an item."""
        self._call(self._client.put_item, **self._put(put))

    def delete(self, pk: str, sk: str, condition: str, values: Mapping[str, Value]) -> None:
        """Remove an item, on a condition."""
        self._call(
            self._client.delete_item,
            TableName=self._name,
            Key=to_wire({"pk": pk, "sk": sk}),
            ConditionExpression=condition,
            **expressions(values, condition),
        )

    def update(self, change: Change) -> Item:
        """Change an item, and answer all of it as it is now."""
        answer = self._call(self._client.update_item, **self._update(change), ReturnValues="ALL_NEW")
        return from_wire(answer["Attributes"])

    def transact(self, *actions: Change | Put) -> None:
        """Change and put several items, all or none."""
        requests = [
            {"Update": self._update(action)} if isinstance(action, Change) else {"Put": self._put(action)}
            for action in actions
        ]
        self._call(self._client.transact_write_items, TransactItems=requests)

    def _put(self, put: Put) -> dict[str, Any]:
        request = {"TableName": self._name, "Item": to_wire(put.item)}
        return request | _guard(put.condition) | expressions(put.values, put.condition)

    def _update(self, change: Change) -> dict[str, Any]:
        return {
            "TableName": self._name,
            "Key": to_wire({"pk": change.pk, "sk": change.sk}),
            "UpdateExpression": change.update,
            **_guard(change.condition),
            **expressions(change.values, change.update, change.condition, names=change.names),
        }

    def _call(self, operation: Callable[..., Any], **request: object) -> dict[str, Any]:
        pause_seconds = _FIRST_PAUSE_SECONDS
        for left in reversed(range(_ATTEMPTS)):
            try:
                answer: dict[str, Any] = operation(**request)
            except ClientError as error:
                reasons = _reasons(error)
                if error.response["Error"]["Code"] == "ConditionalCheckFailedException" or _FAILED in reasons:
                    failed = frozenset(n for n, reason in enumerate(reasons) if reason == _FAILED)
                    raise ConditionFailedError(_item(error), failed) from error
                if not {error.response["Error"]["Code"], *reasons} & _CONFLICTS or not left:
                    raise StoreUnavailableError from error
            except BotoCoreError as error:
                raise StoreUnavailableError from error
            else:
                return answer
            # Two writers met on one item; spread out, so that they do not meet again.
            self._sleep(random.uniform(pause_seconds / 2, pause_seconds))  # noqa: S311 # no secret
            pause_seconds = min(pause_seconds * 2, 0.5)
        raise StoreUnavailableError


def _guard(condition: str) -> dict[str, Any]:
    if not condition:
        return {}
    return {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def _reasons(error: ClientError) -> list[str]:
    reasons: list[dict[str, Any]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
    return [reason["Code"] for reason in reasons]


def _item(error: ClientError) -> Item | None:
    found = error.response.get("Item")
    return from_wire(found) if isinstance(found, dict) else None
