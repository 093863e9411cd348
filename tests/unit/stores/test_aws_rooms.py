"""The AWS backend where the contract does not look: what lies in the table, and a bucket that fails."""

import json

import boto3
import pytest
from moto import mock_aws

from handler.domain.account import Account
from handler.domain.errors import AuthenticationError, StoreUnavailableError
from handler.services.authentication import Authentication
from handler.services.keys import Keys
from handler.stores.aws.objects import AwsObjects
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
        objects.delete("answers/a")
