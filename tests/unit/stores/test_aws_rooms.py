"""The AWS backend where the contract does not look: what lies in the table, and a bucket that fails."""

import json
from typing import Any

import boto3
import pytest
from moto import mock_aws

from handler.domain.account import Account
from handler.domain.errors import AuthenticationError, StoreUnavailableError
from handler.services.authentication import Authentication
from handler.services.keys import Keys
from handler.stores.aws.objects import AwsObjects, signing_config
from handler.stores.aws.secret import AwsSecret
from tests.backends import CREDENTIALS, aws_backend, dynamodb_client, make_table


@mock_aws
def test_a_dump_of_the_table_gives_no_usable_key() -> None:
    """No secret is in it, and nothing that is in it opens anything."""
    client = dynamodb_client()
    make_table(client, "accounts")
    backend = aws_backend(client, "accounts", boto3.client("s3", **CREDENTIALS))
    backend.accounts.create_account(Account("org_a", "A", "standard", 1))
    keys = Keys(backend.keys, backend.accounts)
    secrets = [keys.create("org_a", "laptop", test=test)[1] for test in (True, False)]
    dump = json.dumps(client.scan(TableName="accounts")["Items"])
    asked = Authentication(backend.keys, refusal_seconds=0)

    assert ["org_a"] * 2 == [asked.by_key(secret).account_id for secret in secrets]
    assert not any(secret[8:30] in dump for secret in secrets)
    for text in set(dump.split('"')):
        with pytest.raises(AuthenticationError):
            asked.by_key(text)


@mock_aws
def test_a_bucket_that_cannot_be_used_is_unavailable() -> None:
    """Said as an error of the store, whatever was asked."""
    objects = AwsObjects(boto3.client("s3", **CREDENTIALS), "none")

    with pytest.raises(StoreUnavailableError):
        objects.put("answers/a", b"", "image/png")
    with pytest.raises(StoreUnavailableError):
        objects.get("answers/a")
    with pytest.raises(StoreUnavailableError):
        AwsObjects(boto3.client("s3", **CREDENTIALS), "no bucket's name").size("answers/a")
    with pytest.raises(StoreUnavailableError):
        objects.delete("answers/a")


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_addresses_are_those_of_the_buckets_own_region(region: str) -> None:
    """The global host redirects, which no signature survives."""
    login = {**CREDENTIALS, "region_name": region}
    objects = AwsObjects(boto3.client("s3", config=signing_config(""), **login), "kept")
    link = objects.link("results/1", 60, "1.png", "image/png")

    assert link.startswith(f"https://kept.s3.{region}.amazonaws.com/results/1?")
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in link
    assert f"https://kept.s3.{region}.amazonaws.com/" == objects.form("uploads/1", 5, "image/png", 60).url


@mock_aws
def test_a_secret_is_read_when_it_is_first_needed_and_once() -> None:
    """One that cannot be had is an error of the store."""
    client = boto3.client("secretsmanager", **CREDENTIALS)
    client.create_secret(Name="s", SecretString="x" * 64)
    connected: list[str] = []

    def connect() -> Any:  # noqa: ANN401 # no stubs for this service
        connected.append("once")
        return client

    secret = AwsSecret(connect, "s")
    assert [] == connected
    assert [b"x" * 64] * 2 == [secret.read() for _ in range(2)]
    assert ["once"] == connected
    for name in ("none", ""):
        with pytest.raises(StoreUnavailableError):
            AwsSecret(connect, name).read()
