"""The accounts, joined to the backend that the settings name; without the web and without the model."""

from dataclasses import dataclass
from typing import Any

from handler.domain.errors import InvalidParameterError, StoreUnavailableError
from handler.domain.rate import Rate
from handler.ports import AccountStore, AttemptStore, GatewayKeys, KeyStore, ObjectStore
from handler.services.accounts import Accounts, HoldRule
from handler.services.authentication import Authentication
from handler.services.bookkeeping import Bookkeeping
from handler.services.idempotency import Idempotency, RepeatRule
from handler.services.keys import Keys
from handler.settings import Settings


@dataclass(frozen=True, slots=True)
class Stores:
    """One backend's rooms."""

    accounts: AccountStore
    keys: KeyStore
    attempts: AttemptStore
    objects: ObjectStore
    gateway: GatewayKeys | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """Everything about accounts and credits; the command line needs no more."""

    accounts: Accounts
    authentication: Authentication
    bookkeeping: Bookkeeping
    idempotency: Idempotency
    keys: Keys

    def sweep(self) -> int:
        """Give back lapsed holds and forget old answers; tells how many holds."""
        self.idempotency.sweep()
        return self.accounts.sweep()


def open_books(settings: Settings) -> Books:
    """Join the accounts to the backend that the settings name."""
    stores = _aws_stores(settings) if settings.table_name else _local_stores(settings)
    rates = (Rate.per_second(settings.requests_per_second), Rate.per_minute(settings.requests_per_minute))
    accounts = Accounts(stores.accounts, HoldRule(rates, settings.hold_seconds))
    return Books(
        accounts=accounts,
        authentication=Authentication(stores.keys),
        bookkeeping=Bookkeeping(stores.accounts, stores.keys),
        idempotency=Idempotency(
            stores.attempts, stores.objects, accounts, RepeatRule(run_seconds=settings.hold_seconds)
        ),
        keys=Keys(stores.keys, stores.accounts, stores.gateway),
    )


def _local_stores(settings: Settings) -> Stores:
    from handler.stores.local.accounts import LocalAccounts  # noqa: PLC0415 - one backend at a time
    from handler.stores.local.attempts import LocalAttempts  # noqa: PLC0415
    from handler.stores.local.database import Database  # noqa: PLC0415
    from handler.stores.local.keys import LocalKeys  # noqa: PLC0415
    from handler.stores.local.objects import LocalObjects  # noqa: PLC0415

    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidParameterError("CLEARCUT_HOME", "a folder to write into", str(settings.home)) from error
    database = Database(settings.home / "accounts.sqlite3")
    return Stores(
        accounts=LocalAccounts(database),
        keys=LocalKeys(database),
        attempts=LocalAttempts(database),
        objects=LocalObjects(settings.home / "objects"),
    )


def _aws_stores(settings: Settings) -> Stores:
    import boto3  # noqa: PLC0415 - a fifth of a second that a laptop need not wait
    from botocore.config import Config  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, NoRegionError  # noqa: PLC0415

    from handler.stores.aws.accounts import AwsAccounts  # noqa: PLC0415
    from handler.stores.aws.attempts import AwsAttempts  # noqa: PLC0415
    from handler.stores.aws.gateway import AwsGatewayKeys  # noqa: PLC0415
    from handler.stores.aws.keys import AwsKeys  # noqa: PLC0415
    from handler.stores.aws.objects import AwsObjects  # noqa: PLC0415
    from handler.stores.aws.table import Table  # noqa: PLC0415

    config = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
    options: dict[str, Any] = {"config": config, "endpoint_url": settings.aws_endpoint or None}
    plan = settings.usage_plan_id
    try:
        session = boto3.Session()
        table = Table(session.client("dynamodb", **options), settings.table_name)
        objects = AwsObjects(session.client("s3", **options), settings.bucket)
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
        gateway=gateway,
    )
