"""Roles that may do what their function does, and no more."""

from pathlib import Path

import pytest

from tests.deployment import ROOT, Deployment, settle, transform
from tests.grants import TRANSACTION, calls_in

ROLES = {
    "CutoutRole": "CutoutLogs",
    "AuthorizerRole": "AuthorizerLogs",
    "SweeperRole": "SweeperLogs",
    "WorkerRole": "WorkerLogs",
    "ErrandsRole": "ErrandsLogs",
}


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Everything that can be made."""
    path: Path = transform(tmp_path_factory.mktemp("roles"))
    return settle(path, GatewayKeys="required", Tracing="on")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_exact_actions_on_exact_things(deployment: Deployment, role: str) -> None:
    """X-Ray alone has no things to name."""
    for statement in deployment.statements(role):
        assert not any("*" in action for action in statement["Action"])
        traces = all(action.startswith("xray:") for action in statement["Action"])
        assert traces == (statement["Resource"] == "*")


def test_every_role_is_looked_at(deployment: Deployment) -> None:
    """A role that this file does not know could do anything."""
    made = {name for name, row in deployment.resources.items() if row["Type"] == "AWS::IAM::Role"}

    assert ROLES.keys() == made


@pytest.mark.parametrize(("role", "logs"), ROLES.items())
def test_a_function_writes_its_own_log_only(deployment: Deployment, role: str, logs: str) -> None:
    """Nobody can write another's lines."""
    found = [each for each in deployment.statements(role) if each["Action"][0].startswith("logs:")]

    assert [{"Fn::GetAtt": [logs, "Arn"]}] == [statement["Resource"] for statement in found]


def test_the_roles_together_allow_what_the_stores_call(deployment: Deployment) -> None:
    """An operation that no role allows fails in AWS only, and one that nobody calls is a gap."""
    calls = calls_in(ROOT / "handler" / "stores" / "aws")
    calls = (calls - {"dynamodb:TransactWriteItems"}) | set(TRANSACTION.values())
    # To look at an object's head is to read it.
    calls.remove("s3:HeadObject")
    allowed = {action for role in ROLES for each in deployment.statements(role) for action in each["Action"]}

    # A missing object reads as such only with the right to list, and whatever feeds a function from a queue
    # asks how long it is; the gateway's keys are the command line's.
    needed = {"s3:ListBucket", "sqs:GetQueueAttributes"}
    expected = {call for call in calls if not call.startswith("apigateway:")} | needed
    assert expected == {action for action in allowed if not action.startswith(("logs:", "xray:"))}
    assert {"apigateway:CreateApiKey", "dynamodb:Query", "s3:GetObject"} <= calls
