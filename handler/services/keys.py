"""Making, listing, revoking and rotating keys."""

import time
from collections.abc import Callable
from dataclasses import replace

from handler.domain.account import AccountStatus
from handler.domain.errors import InvalidParameterError, NotFoundError
from handler.domain.identifiers import sortable_id
from handler.domain.key import KeyRecord, gateway_spelling, mint_key
from handler.domain.rate import SECOND_US
from handler.ports import AccountStore, GatewayKeys, KeyStore

MAX_LABEL_CHARS = 100


class Keys:
    """The keys of accounts; a secret is answered once, when it is made, and kept nowhere."""

    def __init__(
        self,
        keys: KeyStore,
        books: AccountStore,
        gateway: GatewayKeys | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._books = books
        self._gateway = gateway
        self._clock = clock

    def create(
        self, account_id: str, label: str, *, test: bool = False, on_gateway: bool = False
    ) -> tuple[KeyRecord, str]:
        """Make a key, and answer what is kept of it with the key itself."""
        account = self._books.read_account(account_id)
        if account is None:
            raise NotFoundError(f"There is no account {account_id}")
        if not 0 < len(label) <= MAX_LABEL_CHARS:
            raise InvalidParameterError("label", f"1 to {MAX_LABEL_CHARS} characters", label)
        secret, digest = mint_key(test=test)
        now_us = self._now_us()
        record = KeyRecord(
            id=f"key_{sortable_id(now_us)}",
            account_id=account_id,
            digest=digest,
            label=label,
            test=test,
            last_four=secret[-4:],
            created_at_us=now_us,
            account_suspended=account.status is AccountStatus.SUSPENDED,
        )
        if on_gateway:
            shown = gateway_spelling(secret)
            gateway_id = self._require_gateway().create(f"clearcut-{record.id}", shown)
            record, secret = replace(record, gateway_key_id=gateway_id), shown
        self._keys.put_key(record)
        return record, secret

    def list(self, account_id: str) -> tuple[KeyRecord, ...]:
        """Every key of an account."""
        return tuple(self._keys.list_keys(account_id))

    def revoke(self, account_id: str, key_id: str) -> KeyRecord:
        """Shut a key for good; again, it stays as it was."""
        record = self._find(account_id, key_id)
        if record.revoked_at_us is None:
            record = replace(record, revoked_at_us=self._now_us())
            if not self._keys.put_key(record):
                # Another revoked it meanwhile.
                record = self._find(account_id, key_id)
        if record.gateway_key_id is not None and self._gateway is not None:
            self._gateway.delete(record.gateway_key_id)
        return record

    def rotate(self, account_id: str, key_id: str, overlap_seconds: int) -> tuple[KeyRecord, str]:
        """Make a key like the old one, which goes on working until the overlap is over."""
        old = self._find(account_id, key_id)
        if not old.is_usable(self._now_us()):
            raise InvalidParameterError("key", "a key that works", key_id)
        made = self.create(account_id, old.label, test=old.test, on_gateway=old.gateway_key_id is not None)
        if not self._keys.put_key(replace(old, expires_at_us=self._now_us() + overlap_seconds * SECOND_US)):
            # Revoked meanwhile: nor may its successor live on.
            self.revoke(account_id, made[0].id)
            raise InvalidParameterError("key", "a key that works", key_id)
        return made

    def _find(self, account_id: str, key_id: str) -> KeyRecord:
        for record in self._keys.list_keys(account_id):
            if record.id == key_id:
                return record
        raise NotFoundError(f"Account {account_id} has no key {key_id}")

    def _require_gateway(self) -> GatewayKeys:
        if self._gateway is None:
            raise InvalidParameterError("gateway", "a usage plan in the settings", "none")
        return self._gateway

    def _now_us(self) -> int:
        return int(self._clock() * SECOND_US)
