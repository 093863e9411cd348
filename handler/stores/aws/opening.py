"""A deployment's stores, on clients that somebody else makes."""

from typing import TYPE_CHECKING

from handler.ports import GatewayKeys, Stores
from handler.stores.aws.accounts import AwsAccounts
from handler.stores.aws.attempts import AwsAttempts
from handler.stores.aws.keys import AwsKeys
from handler.stores.aws.objects import AwsObjects
from handler.stores.aws.table import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


def open_aws(
    dynamodb: "DynamoDBClient",
    table_name: str,
    s3: "S3Client",
    bucket: str,
    gateway: GatewayKeys | None = None,
) -> Stores:
    """Open the stores; nothing is made and nothing is called."""
    table = Table(dynamodb, table_name)
    return Stores(
        accounts=AwsAccounts(table),
        keys=AwsKeys(table),
        attempts=AwsAttempts(table),
        objects=AwsObjects(s3, bucket),
        gateway=gateway,
    )
