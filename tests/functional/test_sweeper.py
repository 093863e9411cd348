"""The scheduled sweeper, with the books in moto."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from handler.bootstrap import Books, open_books
from handler.domain.account import Caller
from handler.services.accounts import Accounts, HoldRule
from handler.settings import Settings
from handler.stores.aws.accounts import AwsAccounts
from handler.stores.aws.table import Table
from tests.backends import dynamodb_client
from tests.deployment import settle, transform
from tests.entries import Context, environment, imported
from tests.grants import recorded
from tools.aws_stand_in import deploy, running_aws

GRANTED, PRICE = 5000, 1000
RULE = HoldRule((), lifetime_seconds=60)


@dataclass(frozen=True, slots=True)
class House:
    """A deployment's variables, and its books seen from outside."""

    variables: dict[str, str]
    books: Books

    def hold(self, account_id: str, age_seconds: float) -> None:
        """Place a hold that was made so long ago."""
        endpoint, name = (self.variables[f"CLEARCUT_{each}"] for each in ("AWS_ENDPOINT", "TABLE_NAME"))
        store = AwsAccounts(Table(dynamodb_client(endpoint), name))
        accounts = Accounts(store, RULE, clock=lambda: time.time() - age_seconds)
        accounts.hold(Caller(account_id, "key", test=False), PRICE, "request")

    def balance(self, account_id: str) -> int:
        """What the account can spend."""
        return self.books.bookkeeping.find(account_id).balance

    def sweep(self) -> dict[str, int]:
        """Let the schedule come round."""
        with imported("handler.sweeper", self.variables) as entry:
            answer: dict[str, int] = entry.handler({"source": "aws.events"}, Context())
        return answer


@pytest.fixture
def house() -> Iterator[House]:
    """A deployment of its own."""
    with running_aws() as endpoint:
        variables = deploy(endpoint, 1).settings(endpoint)
        with environment(variables):
            books = open_books(Settings())
        yield House(variables, books)


@pytest.fixture
def account_id(house: House) -> str:
    """An account with credits, which sends no more requests."""
    account_id = house.books.bookkeeping.create_account("quiet", "Quiet")
    house.books.bookkeeping.grant(account_id, GRANTED, "start")
    return account_id


def test_what_lapsed_is_given_back_once(house: House, account_id: str) -> None:
    """Without a request of the account."""
    house.hold(account_id, age_seconds=3600)
    house.hold(account_id, age_seconds=3590)
    before = house.balance(account_id)

    answers = [house.sweep(), house.sweep()]

    assert GRANTED - 2 * PRICE == before
    assert [{"released": 2}, {"released": 0}] == answers
    assert GRANTED == house.balance(account_id)
    assert () == house.books.bookkeeping.verify(account_id)


def test_what_still_runs_keeps_its_hold(house: House, account_id: str) -> None:
    """A picture that is being worked on will be paid for."""
    house.hold(account_id, age_seconds=5)

    assert {"released": 0} == house.sweep()
    assert GRANTED - PRICE == house.balance(account_id)


def test_it_logs_how_many(house: House, account_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Killed functions show here."""
    house.hold(account_id, age_seconds=3600)

    house.sweep()

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(1, Context().aws_request_id)] == [(row["count"], row["function_request_id"]) for row in lines]


def test_it_asks_for_what_its_role_allows(house: House, account_id: str, tmp_path: Path) -> None:
    """All of that but one read, which only a race with the account's own request needs."""
    house.hold(account_id, age_seconds=3600)
    deployment = settle(transform(tmp_path))
    (statement,) = (each for each in deployment.statements("SweeperRole") if "Condition" in each)

    with recorded() as asks:
        house.sweep()

    assert [] == [ask for ask in asks if not ask.is_within(statement)]
    assert set(statement["Action"]) - {"dynamodb:GetItem"} == {ask.action for ask in asks}
