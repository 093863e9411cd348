"""Keys that API Gateway meters, on a real usage plan of a stand-in."""

import http.client
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from handler.domain.account import Account
from handler.domain.errors import StoreUnavailableError
from handler.domain.key import key_digest
from handler.services.keys import Keys
from handler.stores.aws.gateway import AwsGatewayKeys
from tests.backends import CREDENTIALS, Backend

# The stubs for this service are not among the development tools.
Client = Any
STAGE = "prod"
SERVERS = pytest.mark.parametrize("endpoint", ["moto", "ministack"], indirect=True)


@pytest.fixture
def gateway(endpoint: str) -> Client:
    """A client of the gateway."""
    return boto3.client("apigateway", endpoint_url=endpoint, **CREDENTIALS)


@pytest.fixture
def api_id(gateway: Client) -> str:
    """An API with one method that demands a key."""
    api_id: str = gateway.create_rest_api(name="clearcut")["id"]
    root = gateway.get_resources(restApiId=api_id)["items"][0]["id"]
    where = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
    gateway.put_method(**where, authorizationType="NONE", apiKeyRequired=True)
    gateway.put_method_response(**where, statusCode="200")
    answer = {"application/json": '{"statusCode": 200}'}
    gateway.put_integration(**where, type="MOCK", integrationHttpMethod="POST", requestTemplates=answer)
    gateway.put_integration_response(**where, statusCode="200", responseTemplates={"application/json": "{}"})
    gateway.create_deployment(restApiId=api_id, stageName=STAGE)
    return api_id


@pytest.fixture
def plan_id(gateway: Client, api_id: str) -> str:
    """A usage plan of that API."""
    stages = [{"apiId": api_id, "stage": STAGE}]
    plan_id: str = gateway.create_usage_plan(name="clearcut", apiStages=stages)["id"]
    return plan_id


@pytest.fixture
def keys(backend: Backend, gateway: Client, plan_id: str) -> Keys:
    """Keys that go through the gateway, and an account to make them for."""
    backend.accounts.create_account(Account("org_a", "A", "standard", 1))
    return Keys(backend.keys, backend.accounts, AwsGatewayKeys(gateway, plan_id))


@SERVERS
def test_a_gateway_key_is_on_the_plan_and_in_the_books(
    keys: Keys, backend: Backend, gateway: Client, plan_id: str
) -> None:
    """One key, of one value, known to both."""
    record, secret = keys.create("org_a", "laptop", on_gateway=True)
    on_plan = gateway.get_usage_plan_keys(usagePlanId=plan_id)["items"]

    assert record.gateway_key_id is not None
    assert [record.gateway_key_id] == [each["id"] for each in on_plan]
    assert secret == gateway.get_api_key(apiKey=record.gateway_key_id, includeValue=True)["value"]
    assert record == backend.keys.find_gateway_key(record.gateway_key_id)
    assert key_digest(secret) == record.digest


@pytest.mark.parametrize(("endpoint", "times"), [("moto", 1), ("ministack", 2)], indirect=["endpoint"])
def test_a_revoked_key_is_gone_from_the_gateway(
    keys: Keys, gateway: Client, plan_id: str, times: int
) -> None:
    """Revoked again, it is no error; moto breaks down over that."""
    record, _ = keys.create("org_a", "laptop", on_gateway=True)
    for _ in range(times):
        keys.revoke("org_a", record.id)

    assert [] == gateway.get_usage_plan_keys(usagePlanId=plan_id)["items"]
    assert [] == [each for each in gateway.get_api_keys()["items"] if each["id"] == record.gateway_key_id]


@pytest.mark.parametrize("endpoint", ["ministack"], indirect=True)
def test_a_plan_that_is_not_there_leaves_no_key_behind(backend: Backend, gateway: Client) -> None:
    """Neither in the gateway nor in the books; moto takes any name for a plan's."""
    backend.accounts.create_account(Account("org_a", "A", "standard", 1))
    before = len(gateway.get_api_keys()["items"])
    keys = Keys(backend.keys, backend.accounts, AwsGatewayKeys(gateway, "none"))

    with pytest.raises(StoreUnavailableError):
        keys.create("org_a", "laptop", on_gateway=True)
    assert before == len(gateway.get_api_keys()["items"])
    assert [] == list(backend.keys.list_keys("org_a"))


@pytest.mark.parametrize("endpoint", ["ministack"], indirect=True)
def test_the_gateway_lets_the_key_in_and_no_other(keys: Keys, endpoint: str, api_id: str) -> None:
    """Through its data plane, which moto does not have: with the key 200, without it or revoked 403."""
    record, secret = keys.create("org_a", "laptop", on_gateway=True)
    wrong = secret[:-1] + ("x" if secret[-1] != "x" else "y")
    statuses = [call(endpoint, api_id, key) for key in (secret, None, wrong)]
    keys.revoke("org_a", record.id)
    statuses.append(call(endpoint, api_id, secret))

    assert [200, 403, 403, 403] == statuses


def call(endpoint: str, api_id: str, key: str | None) -> int:
    """Call the API's one method."""
    server = urlsplit(endpoint)
    connection = http.client.HTTPConnection(server.hostname or "", server.port)
    headers = {"Host": f"{api_id}.execute-api.localhost:{server.port}", **({"x-api-key": key} if key else {})}
    connection.request("GET", f"/{STAGE}/", headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status
