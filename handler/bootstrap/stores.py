"""The rooms of the backend that the settings name."""

from dataclasses import dataclass
from typing import Any

from handler.domain.errors import InvalidParameterError, StoreUnavailableError
from handler.ports import (
    AccountStore,
    AttemptStore,
    GatewayKeys,
    KeyStore,
    ObjectStore,
    SignedFiles,
    SigningSecret,
    TokenUses,
)
from handler.settings import Settings


@dataclass(frozen=True, slots=True)
class Stores:
    """
    One backend's rooms.

    Attributes:
        files: what the store's own addresses lead to, where the service itself has to answer them.
    """

    accounts: AccountStore
    keys: KeyStore
    attempts: AttemptStore
    objects: ObjectStore
    token_uses: TokenUses
    secret: SigningSecret
    files: SignedFiles | None = None
    gateway: GatewayKeys | None = None


def open_stores(settings: Settings) -> Stores:
    """Open one backend: with a table the one in AWS, else the one of this machine."""
    return _aws(settings) if settings.table_name else _local(settings)


def _local(settings: Settings) -> Stores:
    from handler.stores.local.accounts import LocalAccounts  # noqa: PLC0415 - one backend at a time
    from handler.stores.local.addresses import Addresses  # noqa: PLC0415
    from handler.stores.local.attempts import LocalAttempts  # noqa: PLC0415
    from handler.stores.local.database import Database  # noqa: PLC0415
    from handler.stores.local.files import LocalFiles  # noqa: PLC0415
    from handler.stores.local.keys import LocalKeys  # noqa: PLC0415
    from handler.stores.local.objects import LocalObjects  # noqa: PLC0415
    from handler.stores.local.secret import LocalSecret  # noqa: PLC0415
    from handler.stores.local.tokens import LocalTokenUses  # noqa: PLC0415

    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidParameterError("CLEARCUT_HOME", "a folder to write into", str(settings.home)) from error
    database = Database(settings.home / "accounts.sqlite3")
    secret = LocalSecret(settings.home / "secret")
    addresses = Addresses(settings.address, secret)
    objects = LocalObjects(settings.home / "objects", addresses)
    return Stores(
        accounts=LocalAccounts(database),
        keys=LocalKeys(database),
        attempts=LocalAttempts(database),
        objects=objects,
        token_uses=LocalTokenUses(database),
        secret=secret,
        files=LocalFiles(objects, addresses),
    )


def _aws(settings: Settings) -> Stores:
    import boto3  # noqa: PLC0415 - a fifth of a second that a laptop need not wait
    from botocore.config import Config  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, NoRegionError  # noqa: PLC0415

    from handler.stores.aws.accounts import AwsAccounts  # noqa: PLC0415
    from handler.stores.aws.attempts import AwsAttempts  # noqa: PLC0415
    from handler.stores.aws.gateway import AwsGatewayKeys  # noqa: PLC0415
    from handler.stores.aws.keys import AwsKeys  # noqa: PLC0415
    from handler.stores.aws.objects import AwsObjects, signing_config  # noqa: PLC0415
    from handler.stores.aws.secret import AwsSecret  # noqa: PLC0415
    from handler.stores.aws.table import Table  # noqa: PLC0415
    from handler.stores.aws.tokens import AwsTokenUses  # noqa: PLC0415

    config = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
    options: dict[str, Any] = {"config": config, "endpoint_url": settings.aws_endpoint or None}
    plan = settings.usage_plan_id
    try:
        session = boto3.Session()
        table = Table(session.client("dynamodb", **options), settings.table_name)
        signing = config.merge(signing_config(settings.aws_endpoint))
        objects = AwsObjects(session.client("s3", **{**options, "config": signing}), settings.bucket)
        gateway = AwsGatewayKeys(session.client("apigateway", **options), plan) if plan else None
    except NoRegionError as error:
        raise InvalidParameterError(
            "AWS_DEFAULT_REGION", f"the region of the table {settings.table_name}", "none"
        ) from error
    except BotoCoreError as error:
        raise StoreUnavailableError from error
    return Stores(
        accounts=AwsAccounts(table),
        keys=AwsKeys(table),
        attempts=AwsAttempts(table),
        objects=objects,
        token_uses=AwsTokenUses(table),
        secret=AwsSecret(lambda: session.client("secretsmanager", **options), settings.secret_id),
        gateway=gateway,
    )
