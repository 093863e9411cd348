"""
The key check that API Gateway asks for, where it demands a gateway key of every charging method.

Left to itself the gateway reads `x-api-key` only. Here a caller may show a key as everywhere else; the
gateway is told its own spelling of it, and counts the call on the usage plan.

Importing it opens the books: Lambda imports it once for each sandbox, before the first event.
"""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from handler.bootstrap import open_books
from handler.domain.errors import AuthenticationError, PermissionDeniedError
from handler.domain.key import gateway_spelling, presented_key
from handler.services.authentication import Authentication
from handler.settings import Settings
from handler.telemetry import configure_logging, name_invocation

Event = Mapping[str, Any]
Answer = dict[str, Any]


class RefusedError(Exception):
    """The key opens nothing; only this very message is a 401 to the gateway."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


def authorize(event: Event, authentication: Authentication) -> Answer:
    """Say whether the request may pass, and on whose key it counts."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    presented = presented_key(headers)
    try:
        caller = authentication.by_key(presented)
    except AuthenticationError:
        # Without its cause, whose frames the runtime would write to the log for each wrong key.
        raise RefusedError from None
    except PermissionDeniedError:
        return _policy("suspended", "Deny", event["methodArn"])
    counted = {"usageIdentifierKey": gateway_spelling(presented)} if presented else {}
    return _policy(caller.account_id, "Allow", event["methodArn"]) | counted


def handler(event: Event, context: LambdaContext) -> Answer:
    """Answer the gateway; a store that is down is an error here, and 503 to the caller."""
    gateway = event.get("requestContext") or {}
    name_invocation(gateway_request_id=gateway.get("requestId"), function_request_id=context.aws_request_id)
    return authorize(event, _authentication)


def _policy(principal: str, effect: str, method_arn: str) -> Answer:
    api, stage = method_arn.split("/")[:2]
    # A key that opens one method opens all, so the gateway may keep the answer, if it is told to.
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": f"{api}/{stage}/*"}
    return {
        "principalId": principal,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
    }


_settings = Settings()
configure_logging(_settings.log_level, structured=True)
_authentication = open_books(_settings).authentication
