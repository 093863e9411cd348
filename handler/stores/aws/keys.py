"""Keys in DynamoDB, by digest."""

from collections.abc import Iterable
from dataclasses import asdict, fields

from handler.domain.key import KeyRecord
from handler.stores.aws.table import Change, ConditionFailedError, Put, Table
from handler.stores.aws.wire import Item

_FIELDS = tuple(field.name for field in fields(KeyRecord))


class AwsKeys:
    """The key store of a deployment."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put_key(self, record: KeyRecord) -> bool:
        """Keep a key and the entries that lead to it; False where it would bring back a revoked one."""
        key: Item = {"pk": f"KEY#{record.digest}", "sk": "KEY", **asdict(record)}
        entries: list[Item] = [
            {"pk": f"ACCOUNT#{record.account_id}", "sk": f"KEY#{record.id}", "digest": record.digest},
        ]
        if record.gateway_key_id is not None:
            entries.append({"pk": f"GATEWAY#{record.gateway_key_id}", "sk": "KEY", "digest": record.digest})
        try:
            self._table.transact(_guarded(key, record.revoked_at_us), *map(Put, entries))
        except ConditionFailedError:
            return False
        return True

    def find_key(self, digest: str) -> KeyRecord | None:
        """The key of this digest."""
        item = self._table.get(f"KEY#{digest}", "KEY")
        return None if item is None else _record(item)

    def find_gateway_key(self, gateway_key_id: str) -> KeyRecord | None:
        """The key that has this API Gateway key."""
        entry = self._table.get(f"GATEWAY#{gateway_key_id}", "KEY")
        return None if entry is None else self.find_key(entry["digest"])

    def list_keys(self, account_id: str) -> Iterable[KeyRecord]:
        """Every key of an account, oldest first."""
        entries = self._table.query(f"ACCOUNT#{account_id}", "KEY#")
        items = self._table.batch_get([(f"KEY#{entry['digest']}", "KEY") for entry in entries])
        return sorted(map(_record, items), key=lambda record: record.id)

    def touch_key(self, digest: str, used_at_us: int) -> None:
        """Note the last use."""
        change = Change(
            f"KEY#{digest}",
            "KEY",
            "SET #last_used_at_us = :used",
            "attribute_exists(#pk)",
            {"used": used_at_us},
        )
        try:
            self._table.update(change)
        except ConditionFailedError:
            return


def _guarded(key: Item, revoked_at_us: int | None) -> Put:
    """The put of a key that leaves a revocation as it is."""
    if revoked_at_us is None:
        return Put(key, "attribute_not_exists(#revoked_at_us)")
    return Put(
        key,
        "attribute_not_exists(#revoked_at_us) OR #revoked_at_us = :revoked",
        {"revoked": revoked_at_us},
    )


def _record(item: Item) -> KeyRecord:
    return KeyRecord(**{name: item[name] for name in _FIELDS if name in item})
