"""One backend's stores, side by side."""

from dataclasses import dataclass

from handler.ports.accounts import AccountStore, KeyStore
from handler.ports.gateway import GatewayKeys
from handler.ports.idempotency import AttemptStore
from handler.ports.objects import ObjectStore


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything that the books are kept in; `gateway` only where keys go through API Gateway."""

    accounts: AccountStore
    keys: KeyStore
    attempts: AttemptStore
    objects: ObjectStore
    gateway: GatewayKeys | None = None
