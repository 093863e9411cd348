"""What code asks of DynamoDB and S3, in the words of IAM."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import botocore
from botocore import xform_name
from botocore.session import Session, get_session

SERVICES = ("dynamodb", "s3", "apigateway", "secretsmanager", "sqs")
# A transaction needs the rights of its parts and has none of its own.
TRANSACTION = {"Put": "dynamodb:PutItem", "Update": "dynamodb:UpdateItem"}


@dataclass(frozen=True, slots=True)
class Ask:
    """One item, and what is done with it."""

    action: str
    partition: str

    def is_within(self, statement: dict[str, Any]) -> bool:
        """Whether a statement allows it."""
        patterns = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        is_ours = any(fnmatchcase(self.partition, pattern) for pattern in patterns)
        return is_ours and self.action in statement["Action"]


def calls_in(folder: Path) -> set[str]:
    """The AWS operations that a folder's modules call on their clients, as SERVICE:Operation."""
    attributes = {
        node.attr
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self._client"
    }
    session = get_session()
    return {
        f"{name}:{operation}"
        for name in SERVICES
        for operation in session.get_service_model(name).operation_names
        if xform_name(operation) in attributes
    }


@contextmanager
def recorded() -> Iterator[set[Ask]]:
    """What clients that are made meanwhile ask of DynamoDB."""
    asks: set[Ask] = set()

    def note(**event: Any) -> None:  # noqa: ANN401 # what botocore gives to its listeners
        operation = event["event_name"].rpartition(".")[2]
        asks.update(Ask(action, key["pk"]["S"]) for action, key in _asked(operation, event["params"]))

    def listen(session: Session) -> None:
        session.register("provide-client-params.dynamodb.*", note)

    botocore.register_initializer(listen)
    try:
        yield asks
    finally:
        botocore.unregister_initializer(listen)


def _asked(operation: str, params: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    match operation:
        case "TransactWriteItems":
            for item in params["TransactItems"]:
                ((kind, part),) = item.items()
                yield TRANSACTION[kind], part["Item"] if kind == "Put" else part["Key"]
        case "BatchGetItem":
            (request,) = params["RequestItems"].values()
            yield from (("dynamodb:BatchGetItem", key) for key in request["Keys"])
        case "Query":
            yield "dynamodb:Query", {"pk": params["ExpressionAttributeValues"][":pk"]}
        case _:
            yield f"dynamodb:{operation}", params.get("Key") or params["Item"]
