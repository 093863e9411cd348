"""Messages in SQS; the queue itself knows when they come again and when they are dead."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from handler.domain.errors import StoreUnavailableError
from handler.ports.queue import Delivery

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_MAX_DELAY_SECONDS = 900
_MAX_WAIT_SECONDS = 20


class AwsQueue:
    """One queue of a deployment."""

    def __init__(self, connect: "Callable[[], SQSClient]", url: str) -> None:
        # Most requests have no job to send.
        self._connect = connect
        self._url = url

    def send(self, body: str, delay_seconds: float = 0) -> None:
        """Add a message."""
        delay = min(math.ceil(delay_seconds), _MAX_DELAY_SECONDS)
        with _translated():
            self._client.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=delay)

    def receive(self, wait_seconds: float = 0) -> Delivery | None:
        """Take a message."""
        wait = min(math.ceil(wait_seconds), _MAX_WAIT_SECONDS)
        with _translated():
            answer = self._client.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=1, WaitTimeSeconds=wait
            )
        for message in answer.get("Messages", []):
            return Delivery(message["ReceiptHandle"], message["Body"])
        return None

    def done(self, receipt: str) -> None:
        """Forget the message."""
        with _translated():
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=receipt)

    def put_back(self, receipt: str, delay_seconds: float) -> None:
        """Let it come again after so long."""
        with _translated():
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=math.ceil(delay_seconds)
            )

    @cached_property
    def _client(self) -> "SQSClient":
        return self._connect()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StoreUnavailableError from error
