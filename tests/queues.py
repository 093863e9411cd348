"""A queue and that of its dead, on either backend."""

import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from handler.ports import MessageQueue
from handler.stores.aws.queue import AwsQueue
from handler.stores.local.database import Database
from handler.stores.local.queue import LocalQueue, QueueRule
from tests.backends import CREDENTIALS

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

VISIBILITY_SECONDS = 1
MAX_RECEIVES = 3


@dataclass(frozen=True, slots=True)
class Queues:
    """Where messages wait, and where those go that came too often."""

    waiting: MessageQueue
    dead: MessageQueue


def open_local_queues(home: Path) -> Queues:
    """In SQLite."""
    database = Database(home / "accounts.sqlite3")
    dead = LocalQueue(database, "dead", QueueRule(VISIBILITY_SECONDS))
    return Queues(LocalQueue(database, "jobs", QueueRule(VISIBILITY_SECONDS, MAX_RECEIVES, "dead")), dead)


def open_aws_queues(endpoint: str) -> Queues:
    """In SQS, as the template makes them."""
    client: SQSClient = boto3.client("sqs", endpoint_url=endpoint, **CREDENTIALS)
    name = f"clearcut-{uuid.uuid4().hex}"
    dead_url = client.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    found = client.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])
    redrive = {"deadLetterTargetArn": found["Attributes"]["QueueArn"], "maxReceiveCount": MAX_RECEIVES}
    made = client.create_queue(
        QueueName=name,
        Attributes={"VisibilityTimeout": str(VISIBILITY_SECONDS), "RedrivePolicy": json.dumps(redrive)},
    )
    return Queues(AwsQueue(lambda: client, made["QueueUrl"]), AwsQueue(lambda: client, dead_url))
