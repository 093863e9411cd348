"""Bytes in an S3 bucket."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from handler.domain.errors import StoreUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class AwsObjects:
    """The object store of a deployment; the bucket's lifecycle rule removes what is old."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, name: str, data: bytes, media_type: str) -> None:
        """Keep the bytes."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=name, Body=data, ContentType=media_type)
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailableError from error

    def get(self, name: str) -> bytes | None:
        """The bytes, or None where there are none."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=name)["Body"].read()
        except self._client.exceptions.NoSuchKey:
            return None
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailableError from error

    def delete(self, name: str) -> None:
        """Forget the bytes."""
        try:
            self._client.delete_object(Bucket=self._bucket, Key=name)
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailableError from error
