"""What the table makes of DynamoDB's answers that no stand-in gives."""

from collections.abc import Iterable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from handler.domain.account import HoldTerms, OpenHold
from handler.domain.errors import StoreUnavailableError
from handler.domain.rate import Rate
from handler.stores.aws.accounts import AwsAccounts
from handler.stores.aws.table import Change, ConditionFailedError, Put, Table

CHANGE = Change("pk", "sk", "SET #a = :a", "#b = :b", {"a": 1, "b": "x"})
ITEM = {"pk": {"S": "pk"}, "a": {"N": "1"}}


def failure(code: str, *reasons: str, **more: object) -> ClientError:
    """An error as botocore raises it."""
    response = {"Error": {"Code": code, "Message": ""}, **more}
    if reasons:
        response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(response, "Test")  # type: ignore[arg-type]


class ScriptedClient:
    """A client that gives its answers in turn."""

    def __init__(self, answers: Iterable[object]) -> None:
        self._answers = iter(answers)
        self.asked: list[dict[str, Any]] = []

    def _answer(self, **request: object) -> object:
        self.asked.append(request)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    get_item = batch_get_item = query = put_item = update_item = delete_item = transact_write_items = _answer


def table(*answers: object) -> tuple[Table, ScriptedClient, list[float]]:
    """A table on a scripted client, and the pauses that it makes."""
    client, pauses = ScriptedClient(answers), list[float]()
    return Table(client, "accounts", pauses.append), client, pauses  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "conflict",
    [
        failure("TransactionConflictException"),
        failure("TransactionInProgressException"),
        failure("TransactionCanceledException", "TransactionConflict", "None"),
    ],
)
def test_writers_who_meet_try_again(conflict: ClientError) -> None:
    """With pauses that grow, and the same write."""
    store, client, pauses = table(conflict, conflict, {"Attributes": ITEM})

    assert {"pk": "pk", "a": 1} == store.update(CHANGE)
    assert [client.asked[0]] * 3 == client.asked
    assert 0.005 <= pauses[0] <= 0.01 <= pauses[1] <= 0.02


def test_writers_who_meet_for_ever_give_up() -> None:
    """The store counts as unavailable then."""
    store, client, _ = table(*[failure("TransactionConflictException")] * 99)

    with pytest.raises(StoreUnavailableError):
        store.update(CHANGE)
    assert 10 == len(client.asked)


@pytest.mark.parametrize(
    "error",
    [
        failure("ProvisionedThroughputExceededException"),
        failure("ResourceNotFoundException"),
        failure("AccessDeniedException"),
        failure("TransactionCanceledException", "None", "ThrottlingError"),
        EndpointConnectionError(endpoint_url="http://nowhere"),
    ],
)
def test_what_cannot_be_told_is_unavailable(error: Exception) -> None:
    """The cause stays with it, for the log."""
    store, _, _ = table(error)

    with pytest.raises(StoreUnavailableError) as raised:
        store.transact(CHANGE, Put({"pk": "x"}))
    assert error is raised.value.__cause__


def test_a_condition_that_fails_tells_what_is_there() -> None:
    """So that no read is needed to know why."""
    store, client, _ = table(failure("ConditionalCheckFailedException", Item=ITEM))

    with pytest.raises(ConditionFailedError) as raised:
        store.update(CHANGE)
    assert {"pk": "pk", "a": 1} == raised.value.item
    assert "ALL_OLD" == client.asked[0]["ReturnValuesOnConditionCheckFailure"]


def test_a_transaction_that_fails_tells_which_action_did() -> None:
    """A condition that does not hold weighs more than a conflict beside it."""
    reasons = ("TransactionConflict", "ConditionalCheckFailed")
    store, _, _ = table(failure("TransactionCanceledException", *reasons))

    with pytest.raises(ConditionFailedError) as raised:
        store.transact(CHANGE, Put({"pk": "x"}))
    assert {1} == raised.value.actions


def test_what_a_batch_leaves_over_is_asked_for_again() -> None:
    """And no more than a hundred at a time."""
    keys = [(f"pk{n}", "sk") for n in range(150)]
    left = {"accounts": {"Keys": [{"pk": {"S": "pk7"}, "sk": {"S": "sk"}}]}}
    found = {"Responses": {"accounts": [ITEM]}}
    store, client, _ = table({**found, "UnprocessedKeys": left}, found)

    assert [{"pk": "pk", "a": 1}] * 2 == list(store.batch_get(keys))
    asked = [request["RequestItems"]["accounts"]["Keys"] for request in client.asked]
    assert [100, 51] == [len(each) for each in asked]
    assert {"S": "pk7"} == asked[1][0]["pk"]


def test_a_query_reads_every_page() -> None:
    """From where the last one ended."""
    store, client, _ = table({"Items": [ITEM], "LastEvaluatedKey": {"pk": {"S": "p"}}}, {"Items": [ITEM]})

    assert [{"pk": "pk", "a": 1}] * 2 == list(store.query("pk", "LINE#"))
    assert {"pk": {"S": "p"}} == client.asked[1]["ExclusiveStartKey"]


def test_a_rate_that_cannot_be_read_in_time_does_not_refuse() -> None:
    """Where others move the rate at each try, the credits decide alone in the end: rates fail open."""
    now_us = 1_800_000_000_000_000

    def seen(tat_us: int) -> dict[str, Any]:
        numbers = {"created": 1, "granted": 1000, "balance": 1000, "spent": 0}
        texts = {"pk": "ACCOUNT#a", "id": "a", "name": "A", "plan": "p", "status": "active"}
        maps = {"holds": {"M": {}}, "tats": {"M": {"second": {"N": str(tat_us)}}}}
        return {
            **{name: {"S": text} for name, text in texts.items()},
            **{name: {"N": str(number)} for name, number in numbers.items()},
            **maps,
        }

    moved = [failure("ConditionalCheckFailedException", Item=seen(now_us + n % 2 * 9 - 5)) for n in range(5)]
    store, client, _ = table(*moved, {"Attributes": seen(now_us)})
    terms = HoldTerms(now_us, (Rate.per_second(5),), 500)
    placement = AwsAccounts(store).place_hold("a", OpenHold("h", 1000, now_us + 1), terms)

    assert placement is not None
    assert placement.placed
    conditions = [request["ConditionExpression"] for request in client.asked]
    assert [True] * 5 + [False] == ["rate_second" in condition for condition in conditions]
    assert all("#balance >= :amount" in condition for condition in conditions)
