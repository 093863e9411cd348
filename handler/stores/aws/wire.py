"""DynamoDB's wire form of values and expressions."""

import re
from collections.abc import Mapping
from typing import Any

Value = str | int | bool | bytes | Mapping[str, Any]
Item = dict[str, Any]

_PLACEHOLDER = re.compile(r"#(\w+)")


def to_wire(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item in DynamoDB's form; attributes that are None are left out."""
    return {name: _value_to_wire(value) for name, value in item.items() if value is not None}


def from_wire(item: Mapping[str, Any]) -> Item:
    """An item in plain values; numbers are whole, for nothing else is ever stored."""
    return {name: _value_from_wire(value) for name, value in item.items()}


def expressions(
    values: Mapping[str, Value],
    *texts: str,
    names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The names and values that expressions speak of: `#x` is attribute x unless `names` says otherwise."""
    found: dict[str, Any] = {}
    attributes = {f"#{name}": name for text in texts for name in _PLACEHOLDER.findall(text)}
    attributes |= {f"#{short}": name for short, name in (names or {}).items()}
    if attributes:
        found["ExpressionAttributeNames"] = attributes
    if values:
        found["ExpressionAttributeValues"] = to_wire({f":{name}": value for name, value in values.items()})
    return found


def _value_to_wire(value: Value) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": str(value)}
        case bytes():
            return {"B": value}
        case _:
            return {"M": to_wire(value)}


def _value_from_wire(value: Mapping[str, Any]) -> Value:
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return int(content)
        case "M":
            return from_wire(content)
        case _:
            plain: Value = content
            return plain
