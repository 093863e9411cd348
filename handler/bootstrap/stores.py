"""The rooms of the backend that the settings name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handler.domain.errors import InvalidParameterError, StoreUnavailableError
from handler.ports import (
    AccountStore,
    AttemptStore,
    GatewayKeys,
    JobStore,
    KeyStore,
    MessageQueue,
    ObjectStore,
    SignedFiles,
    SigningSecret,
    TokenUses,
)
from handler.settings import Settings

if TYPE_CHECKING:
    from boto3 import Session

# A message whose receiver died comes again after this; the job's own lease is over by then.
VISIBILITY_SECONDS = 120

_AWS_PATIENCE: Mapping[str, Any] = {
    "connect_timeout": 1,
    "read_timeout": 3,
    "retries": {"mode": "standard", "total_max_attempts": 3},
}


@dataclass(frozen=True, slots=True)
class Stores:
    """
    One backend's rooms.

    Attributes:
        waiting: the queue of jobs; None where a table has none beside it.
        notices: the queue of webhooks to be told, likewise.
        dead: jobs' messages that came too often, where the service itself has to look after them.
        files: what the store's own addresses lead to, where the service itself has to answer them.
    """

    accounts: AccountStore
    keys: KeyStore
    attempts: AttemptStore
    objects: ObjectStore
    token_uses: TokenUses
    secret: SigningSecret
    jobs: JobStore
    waiting: MessageQueue | None = None
    notices: MessageQueue | None = None
    dead: MessageQueue | None = None
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
    from handler.stores.local.jobs import LocalJobs  # noqa: PLC0415
    from handler.stores.local.keys import LocalKeys  # noqa: PLC0415
    from handler.stores.local.objects import LocalObjects  # noqa: PLC0415
    from handler.stores.local.queue import LocalQueue, QueueRule  # noqa: PLC0415
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
        jobs=LocalJobs(database),
        waiting=LocalQueue(database, "jobs", QueueRule(VISIBILITY_SECONDS, dead_name="dead")),
        notices=LocalQueue(database, "notices", QueueRule(VISIBILITY_SECONDS)),
        dead=LocalQueue(database, "dead", QueueRule(VISIBILITY_SECONDS)),
        files=LocalFiles(objects, addresses),
    )


def _aws(settings: Settings) -> Stores:
    import boto3  # noqa: PLC0415 - a fifth of a second that a laptop need not wait
    from botocore.config import Config  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, NoRegionError  # noqa: PLC0415

    from handler.stores.aws.accounts import AwsAccounts  # noqa: PLC0415
    from handler.stores.aws.attempts import AwsAttempts  # noqa: PLC0415
    from handler.stores.aws.gateway import AwsGatewayKeys  # noqa: PLC0415
    from handler.stores.aws.jobs import AwsJobs  # noqa: PLC0415
    from handler.stores.aws.keys import AwsKeys  # noqa: PLC0415
    from handler.stores.aws.objects import AwsObjects, signing_config  # noqa: PLC0415
    from handler.stores.aws.secret import AwsSecret  # noqa: PLC0415
    from handler.stores.aws.table import Table  # noqa: PLC0415
    from handler.stores.aws.tokens import AwsTokenUses  # noqa: PLC0415

    config = Config(**_AWS_PATIENCE)
    options: dict[str, Any] = {"config": config, "endpoint_url": settings.aws_endpoint or None}
    plan = settings.usage_plan_id
    try:
        session = boto3.Session()
        table = Table(session.client("dynamodb", **options), settings.table_name)
        signing = config.merge(signing_config(settings.aws_endpoint))
        objects = AwsObjects(session.client("s3", **{**options, "config": signing}), settings.bucket)
        gateway = AwsGatewayKeys(session.client("apigateway", **options), plan) if plan else None
    except NoRegionError as error:
        raise InvalidParameterError("AWS_DEFAULT_REGION", "the region of the table", "none") from error
    except BotoCoreError as error:
        raise StoreUnavailableError from error
    return Stores(
        accounts=AwsAccounts(table),
        keys=AwsKeys(table),
        attempts=AwsAttempts(table),
        objects=objects,
        token_uses=AwsTokenUses(table),
        secret=AwsSecret(lambda: session.client("secretsmanager", **options), settings.secret_id),
        jobs=AwsJobs(table),
        waiting=_aws_queue(session, options, settings.jobs_queue),
        notices=_aws_queue(session, options, settings.notices_queue),
        gateway=gateway,
    )


def _aws_queue(session: "Session", options: dict[str, Any], url: str) -> MessageQueue | None:
    from handler.stores.aws.queue import AwsQueue  # noqa: PLC0415

    return AwsQueue(lambda: session.client("sqs", **options), url) if url else None
