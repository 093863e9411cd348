"""What API Gateway and Lambda say about a request beside the request itself; nothing, on a laptop."""

from starlette.types import Scope

# What is kept of the function's own time limit for sending the answer and for giving back a hold.
RESERVE_SECONDS = 2.5


def gateway_key_id(scope: Scope) -> str | None:
    """Id of the gateway key that the request passed with, where the stage asks for one."""
    context = (scope.get("aws.event") or {}).get("requestContext") or {}
    return (context.get("identity") or {}).get("apiKeyId") or None


def seconds_left(scope: Scope, most: float) -> float:
    """How long the work may take: `most`, or what the function has left."""
    context = scope.get("aws.context")
    if context is None:
        return most
    return float(min(most, context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS))


def is_buffered(scope: Scope) -> bool:
    """Whether an answer is handed on only once it is whole."""
    return "aws.event" in scope
