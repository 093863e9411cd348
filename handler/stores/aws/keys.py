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

    def put_key(self, record: KeyRecord) -> None:
        """Keep a key and the entries that lead to it, in the place of what was kept of it."""
        items: list[Item] = [
            {"pk": f"KEY#{record.digest}", "sk": "KEY", **asdict(record)},
            {"pk": f"ACCOUNT#{record.account_id}", "sk": f"KEY#{record.id}", "digest": record.digest},
        ]
        if record.gateway_key_id is not None:
            items.append({"pk": f"GATEWAY#{record.gateway_key_id}", "sk": "KEY", "digest": record.digest})
        self._table.transact(*map(Put, items))

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


def _record(item: Item) -> KeyRecord:
    return KeyRecord(**{name: item[name] for name in _FIELDS if name in item})
