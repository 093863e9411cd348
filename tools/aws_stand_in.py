"""AWS on this machine: moto's services at an address, with the template's table and a bucket in them."""

import json
import socket
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from cfnlint.decode import cfn_yaml
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from handler.services.bookkeeping import Bookkeeping
from handler.services.keys import Keys
from handler.stores.aws.accounts import AwsAccounts
from handler.stores.aws.keys import AwsKeys
from handler.stores.aws.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"
# Linux lets a socket wait at an address that does not exist yet, such as that of a network of
# containers before the first container; Python has no name for the option.
IP_FREEBIND = 15
LOGIN: dict[str, Any] = {
    "region_name": "us-east-1",
    "aws_access_key_id": "made-up",
    "aws_secret_access_key": "made-up",
}


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a deployment's function is told of its stores, and a key of an account in them."""

    table_name: str
    bucket: str
    secret_id: str
    key: str
    queues: Mapping[str, str]

    def settings(self, endpoint: str) -> dict[str, str]:
        """The function's variables, for stores at this address."""
        return {
            "CLEARCUT_TABLE_NAME": self.table_name,
            "CLEARCUT_BUCKET": self.bucket,
            "CLEARCUT_SECRET_ID": self.secret_id,
            "CLEARCUT_JOBS_QUEUE": self.queues["JobsQueue"],
            "CLEARCUT_NOTICES_QUEUE": self.queues["NoticesQueue"],
            "CLEARCUT_AWS_ENDPOINT": endpoint,
        }


@contextmanager
def running_aws(address: str = "127.0.0.1") -> Iterator[str]:
    """Serve on a free port of one address, and give the URL; all in a process serve the same."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_IP, IP_FREEBIND, 1)
    listening.bind((address, 0))
    listening.listen()
    services = DomainDispatcherApplication(create_backend_app)
    server = make_server(
        address, 0, services, threaded=True, request_handler=_QuietHandler, fd=listening.fileno()
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{address}:{listening.getsockname()[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        listening.close()


def deploy(endpoint: str, granted: int) -> Deployment:
    """Make a table with the template's keys, a bucket, a secret, and an account with so many credits."""
    table_name, bucket = (f"clearcut-{uuid.uuid4().hex[:12]}" for _ in range(2))
    described = cfn_yaml.load(str(TEMPLATE))["Resources"]["AccountsTable"]["Properties"]
    dynamodb: DynamoDBClient = boto3.client("dynamodb", endpoint_url=endpoint, **LOGIN)
    dynamodb.create_table(
        TableName=table_name,
        **{name: described[name] for name in ("BillingMode", "AttributeDefinitions", "KeySchema")},
    )
    s3: S3Client = boto3.client("s3", endpoint_url=endpoint, **LOGIN)
    s3.create_bucket(Bucket=bucket)
    secrets = boto3.client("secretsmanager", endpoint_url=endpoint, **LOGIN)
    secrets.create_secret(Name=table_name, SecretString=uuid.uuid4().hex * 2)
    key = _open_account(Table(dynamodb, table_name), granted)
    return Deployment(table_name, bucket, table_name, key, _make_queues(endpoint, table_name))


def _make_queues(endpoint: str, prefix: str) -> dict[str, str]:
    """Make the template's queues, and give their addresses by their names there."""
    sqs: SQSClient = boto3.client("sqs", endpoint_url=endpoint, **LOGIN)
    resources = cfn_yaml.load(str(TEMPLATE))["Resources"]
    urls: dict[str, str] = {}
    arns: dict[str, str] = {}
    for name in ("DeadJobsQueue", "JobsQueue", "NoticesQueue"):
        described = dict(resources[name]["Properties"])
        if redrive := described.pop("RedrivePolicy", None):
            redrive = {**redrive, "deadLetterTargetArn": arns["DeadJobsQueue"]}
            described["RedrivePolicy"] = json.dumps(redrive)
        attributes = {
            key: value if isinstance(value, str) else json.dumps(value) for key, value in described.items()
        }
        urls[name] = sqs.create_queue(QueueName=f"{prefix}-{name}", Attributes=attributes)["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=urls[name], AttributeNames=["QueueArn"])
        arns[name] = found["Attributes"]["QueueArn"]
    return urls


def _open_account(table: Table, granted: int) -> str:
    accounts, keys = AwsAccounts(table), AwsKeys(table)
    bookkeeping = Bookkeeping(accounts, keys)
    account_id = bookkeeping.create_account("demo", "Demo")
    bookkeeping.grant(account_id, granted * 1000, "demo")
    _, key = Keys(keys, accounts).create(account_id, "demo")
    return key


class _QuietHandler(WSGIRequestHandler):
    """Keeps the requests out of the tool's own output."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""
