"""Bytes in an S3 bucket."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handler.domain.errors import StoreUnavailableError
from handler.domain.keeping import PostForm, disposition, keeping_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def signing_config(endpoint: str) -> Config:
    """
    How a client must be set up, for its addresses to work from anywhere.

    A bucket's own host in its own region: the global one redirects, and a redirect breaks the signature.
    """
    return Config(
        signature_version="s3v4",
        s3={
            "addressing_style": "path" if endpoint else "virtual",
            "us_east_1_regional_endpoint": "regional",
        },
    )


class AwsObjects:
    """The object store of a deployment; the bucket's lifecycle rules remove what is old."""

    def __init__(self, client: "S3Client", bucket: str, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._bucket = bucket
        self._clock = clock

    def put(self, name: str, data: bytes, media_type: str) -> None:
        """Keep the bytes."""
        keeping_of(name)
        with _translated():
            self._client.put_object(Bucket=self._bucket, Key=name, Body=data, ContentType=media_type)

    def get(self, name: str) -> bytes | None:
        """The bytes, or None where there are none."""
        keeping_of(name)
        with _translated():
            try:
                found = self._client.get_object(Bucket=self._bucket, Key=name)
            except self._client.exceptions.NoSuchKey:
                return None
            with found["Body"] as body:
                return None if self._is_over(name, found["LastModified"]) else body.read()

    def size(self, name: str) -> int | None:
        """How many bytes there are."""
        keeping_of(name)
        with _translated():
            try:
                found = self._client.head_object(Bucket=self._bucket, Key=name)
            except ClientError as error:
                # Without a body the answer names no error.
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.NOT_FOUND:
                    return None
                raise
            return None if self._is_over(name, found["LastModified"]) else found["ContentLength"]

    def delete(self, name: str) -> None:
        """Forget the bytes."""
        keeping_of(name)
        with _translated():
            self._client.delete_object(Bucket=self._bucket, Key=name)

    def link(self, name: str, seconds: int, filename: str, media_type: str) -> str:
        """A presigned GET; a function's ends with its own credentials, after some hours."""
        keeping_of(name)
        answer = {
            "Bucket": self._bucket,
            "Key": name,
            "ResponseContentDisposition": disposition(filename),
            "ResponseContentType": media_type,
        }
        with _translated():
            return self._client.generate_presigned_url("get_object", Params=answer, ExpiresIn=seconds)

    def form(self, name: str, max_bytes: int, media_type: str, seconds: int) -> PostForm:
        """A presigned POST: unlike a PUT it can bound the length."""
        keeping_of(name)
        fields = {"Content-Type": media_type}
        with _translated():
            made = self._client.generate_presigned_post(
                self._bucket,
                name,
                Fields=dict(fields),
                Conditions=[["content-length-range", 1, max_bytes], fields],
                ExpiresIn=seconds,
            )
        return PostForm(made["url"], tuple(made["fields"].items()))

    def forget_expired(self) -> None:
        """Nothing: the bucket cleans itself by its lifecycle rules."""

    def _is_over(self, name: str, modified: datetime) -> bool:
        """Whether its time is up: a lifecycle rule runs once a day, at best."""
        return modified.timestamp() + keeping_of(name).seconds <= self._clock()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StoreUnavailableError from error
