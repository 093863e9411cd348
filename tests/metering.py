"""What DynamoDB would bill, by its published rules, from what really goes over the wire."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024
Wire = Mapping[str, Any]


@dataclass(slots=True)
class Meter:
    """The calls of a client in order, and the capacity units that they use."""

    calls: list[str] = field(default_factory=list)
    read_units: int = 0
    write_units: int = 0

    def watch(self, client: "DynamoDBClient", reader: "DynamoDBClient") -> None:
        """Count the calls of the client; the reader looks at items without being counted."""
        asked: list[tuple[str, Wire]] = []

        def before(params: Wire, model: Any, **_: object) -> None:  # noqa: ANN401 # botocore's own
            asked.append((model.name, dict(params)))

        def after(parsed: Wire, **_: object) -> None:
            name, params = asked[-1]
            self.calls.append(name)
            self._count(name, params, parsed, reader)

        client.meta.events.register("before-parameter-build.dynamodb", before)
        client.meta.events.register("after-call.dynamodb", after)

    def _count(self, name: str, params: Wire, parsed: Wire, reader: "DynamoDBClient") -> None:
        match name:
            case "GetItem":
                self.read_units += units(parsed.get("Item", {}), READ_UNIT_BYTES)
            case "UpdateItem":
                self.write_units += units(parsed["Attributes"], WRITE_UNIT_BYTES)
            case "PutItem":
                self.write_units += units(params["Item"], WRITE_UNIT_BYTES)
            case "TransactWriteItems":
                for action in params["TransactItems"]:
                    ((kind, write),) = action.items()
                    item = write["Item"] if kind == "Put" else _read(reader, write)
                    # A transaction prepares and commits: twice the price.
                    self.write_units += 2 * units(item, WRITE_UNIT_BYTES)
            case _:
                raise AssertionError(f"no rule for {name}")


def units(item: Wire, unit_bytes: int) -> int:
    """Started units of an item's size, at least one."""
    return max(1, -(-item_bytes(item) // unit_bytes))


def item_bytes(item: Wire) -> int:
    """Names and values, as DynamoDB measures them."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Wire) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content) // 2 + 2
        case "B":
            return len(content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_bytes(part) for name, part in content.items())
        case _:
            return 1


def _read(reader: "DynamoDBClient", write: Wire) -> Wire:
    return reader.get_item(TableName=write["TableName"], Key=write["Key"])["Item"]
