"""Both backends, opened for a test."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from handler.ports import AccountStore, AttemptStore, JobStore, KeyStore, ObjectStore, TokenUses
from handler.stores.aws.accounts import AwsAccounts
from handler.stores.aws.attempts import AwsAttempts
from handler.stores.aws.jobs import AwsJobs
from handler.stores.aws.keys import AwsKeys
from handler.stores.aws.objects import AwsObjects, signing_config
from handler.stores.aws.table import Table
from handler.stores.aws.tokens import AwsTokenUses
from handler.stores.local.accounts import LocalAccounts
from handler.stores.local.addresses import Addresses
from handler.stores.local.attempts import LocalAttempts
from handler.stores.local.database import Database
from handler.stores.local.jobs import LocalJobs
from handler.stores.local.keys import LocalKeys
from handler.stores.local.objects import LocalObjects
from handler.stores.local.secret import LocalSecret
from handler.stores.local.tokens import LocalTokenUses

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class Backend:
    """One backend's rooms."""

    accounts: AccountStore
    keys: KeyStore
    attempts: AttemptStore
    objects: ObjectStore
    tokens: TokenUses
    jobs: JobStore


def open_local(home: Path, address: str = "http://127.0.0.1:9") -> Backend:
    """SQLite and a folder, whose links lead to this address."""
    database = Database(home / "accounts.sqlite3")
    return Backend(
        LocalAccounts(database),
        LocalKeys(database),
        LocalAttempts(database),
        LocalObjects(home / "objects", Addresses(address, LocalSecret(home / "secret"))),
        LocalTokenUses(database),
        LocalJobs(database),
    )


def open_aws(endpoint: str) -> Backend:
    """A new table and a new bucket on a stand-in for AWS."""
    dynamodb, name = dynamodb_client(endpoint), f"clearcut-{uuid.uuid4().hex}"
    make_table(dynamodb, name)
    s3 = s3_client(endpoint)
    s3.create_bucket(Bucket=name)
    return aws_backend(dynamodb, name, s3)


def aws_backend(dynamodb: "DynamoDBClient", name: str, s3: "S3Client") -> Backend:
    """The rooms on a table and a bucket of one name."""
    table = Table(dynamodb, name)
    return Backend(
        AwsAccounts(table),
        AwsKeys(table),
        AwsAttempts(table),
        AwsObjects(s3, name),
        AwsTokenUses(table),
        AwsJobs(table),
    )


CREDENTIALS: dict[str, Any] = {
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
    "region_name": "us-east-1",
}


def dynamodb_client(endpoint: str | None = None) -> "DynamoDBClient":
    """A client that does not repeat what failed, so that a test sees every failure."""
    config = Config(max_pool_connections=200, retries={"total_max_attempts": 1})
    client: DynamoDBClient = boto3.client("dynamodb", endpoint_url=endpoint, config=config, **CREDENTIALS)
    return client


def s3_client(endpoint: str) -> "S3Client":
    """A client set up as the service's own."""
    client: S3Client = boto3.client(
        "s3", endpoint_url=endpoint, config=signing_config(endpoint), **CREDENTIALS
    )
    return client


def make_table(client: "DynamoDBClient", name: str) -> None:
    """Make the table as the template does."""
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
