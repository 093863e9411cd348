"""The gateway's key check, with its keys and the books in moto."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from handler.bootstrap import Books, open_books
from handler.domain.account import AccountStatus
from handler.domain.errors import StoreUnavailableError
from handler.settings import Settings
from tests.deployment import Deployment, settle, transform
from tests.entries import Context, environment, imported, modules_after
from tests.grants import recorded
from tools.aws_stand_in import LOGIN, deploy, running_aws

STAGE = "arn:aws:execute-api:us-east-1:123456789012:abc123/live"
HEAVY = {"onnxruntime", "fastapi", "starlette", "mangum", "PIL"}
Ask = Callable[[dict[str, str] | None], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Account:
    """An account with a key of the gateway."""

    id: str
    gateway_key_id: str
    shown: str

    @property
    def written(self) -> str:
        """The key in the spelling that people are used to."""
        return f"ck_live_{self.shown.removeprefix('cklive')}"


@pytest.fixture(scope="module")
def variables() -> Iterator[dict[str, str]]:
    """The function's variables, and a usage plan's id for whoever makes keys."""
    with running_aws() as endpoint:
        plan = boto3.client("apigateway", endpoint_url=endpoint, **LOGIN).create_usage_plan(name="plan")
        yield {**deploy(endpoint, 1).settings(endpoint), "CLEARCUT_USAGE_PLAN_ID": plan["id"]}


@pytest.fixture
def books(variables: dict[str, str]) -> Books:
    """The same books from outside."""
    with environment(variables):
        return open_books(Settings())


@pytest.fixture
def account(books: Books) -> Account:
    """Somebody whose key is known to the gateway."""
    account_id = books.bookkeeping.create_account("shop", "Shop")
    record, shown = books.keys.create(account_id, "pipeline", on_gateway=True)
    assert record.gateway_key_id is not None
    return Account(account_id, record.gateway_key_id, shown)


@pytest.fixture
def ask(variables: dict[str, str]) -> Iterator[Ask]:
    """Give a way to have a request's headers checked, for POST /v1/remove."""
    with imported("handler.authorizer", variables) as entry:

        def check(headers: dict[str, str] | None) -> dict[str, Any]:
            event = {
                "type": "REQUEST",
                "methodArn": f"{STAGE}/POST/v1/remove",
                "headers": headers,
                "requestContext": {"requestId": "request"},
            }
            answer: dict[str, Any] = entry.handler(event, Context())
            return answer

        yield check


@pytest.mark.parametrize(
    ("name", "form", "spelling"),
    [
        ("x-api-key", "{}", "shown"),
        ("X-API-Key", "{}", "written"),
        ("Authorization", "Bearer {}", "shown"),
        ("authorization", "bearer {}", "written"),
    ],
)
def test_a_key_passes_and_is_counted_in_the_gateways_spelling(
    ask: Ask, account: Account, name: str, form: str, spelling: str
) -> None:
    """Whichever header it comes in, and with or without its underscores."""
    answer = ask({name: form.format(getattr(account, spelling))})

    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": f"{STAGE}/*"}
    assert {
        "principalId": account.id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "usageIdentifierKey": account.shown,
    } == answer


def test_the_key_that_is_counted_is_the_accounts_own(account: Account, books: Books) -> None:
    """The function behind the gateway finds the same account by the gateway's id."""
    assert account.id == books.authentication.by_gateway_key(account.gateway_key_id).account_id


@pytest.mark.parametrize(
    "headers",
    [
        None,
        {},
        {"x-api-key": ""},
        {"x-api-key": "nonsense"},
        {"x-api-key": "ck_live_EventsReplayedByTests02pNah8"},
        {"Authorization": "Basic Y2s6"},
    ],
)
def test_what_opens_nothing_is_unauthorized(ask: Ask, headers: dict[str, str] | None) -> None:
    """With the one message that the gateway takes for 401."""
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(headers)


def test_a_revoked_key_is_unauthorized_at_once(ask: Ask, account: Account, books: Books) -> None:
    """No answer is kept."""
    ask({"x-api-key": account.shown})
    (record,) = books.keys.list(account.id)

    books.keys.revoke(account.id, record.id)

    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask({"x-api-key": account.shown})


def test_a_suspended_account_is_denied(ask: Ask, account: Account, books: Books) -> None:
    """It is known and may not: 403, and nothing is counted."""
    books.bookkeeping.set_status(account.id, AccountStatus.SUSPENDED)

    answer = ask({"x-api-key": account.shown})

    assert ["Deny"] == [each["Effect"] for each in answer["policyDocument"]["Statement"]]
    assert "usageIdentifierKey" not in answer


def test_books_that_cannot_be_read_are_no_verdict_on_the_key(
    variables: dict[str, str], account: Account
) -> None:
    """The gateway answers 503, not 401."""
    elsewhere = {**variables, "CLEARCUT_TABLE_NAME": "gone"}
    event = {"methodArn": f"{STAGE}/POST/v1/remove", "headers": {"x-api-key": account.shown}}
    with (
        imported("handler.authorizer", elsewhere) as entry,
        pytest.raises(StoreUnavailableError),
    ):
        entry.handler(event, Context())


def test_its_lines_hold_no_key(ask: Ask, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a good one nor a bad one."""
    ask({"x-api-key": account.shown})
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask({"x-api-key": account.shown[:-1] + "_"})

    written = "".join(capsys.readouterr())
    assert account.shown[8:20] not in written


def test_it_asks_for_what_its_role_allows_and_for_all_of_it(
    variables: dict[str, str], account: Account, tmp_path: Path
) -> None:
    """One key is read, and its use noted."""
    deployment: Deployment = settle(transform(tmp_path), GatewayKeys="required")
    (statement,) = (each for each in deployment.statements("AuthorizerRole") if "Condition" in each)
    event = {"methodArn": f"{STAGE}/POST/v1/remove", "headers": {"x-api-key": account.shown}}

    with recorded() as asks, imported("handler.authorizer", variables) as entry:
        entry.handler(event, Context())

    assert [] == [ask for ask in asks if not ask.is_within(statement)]
    assert set(statement["Action"]) == {ask.action for ask in asks}


@pytest.mark.parametrize("name", ["handler.authorizer", "handler.sweeper"])
def test_a_small_function_starts_without_the_web_and_the_model(variables: dict[str, str], name: str) -> None:
    """Its cold start is added to a caller's wait."""
    loaded = modules_after(name, variables)

    assert set() == HEAVY & loaded
    assert {"boto3", "handler"} <= loaded
