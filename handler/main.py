"""
The function behind API Gateway: an event in, the gateway's answer out.

Importing it starts the service: Lambda imports it once for each sandbox, before the first event.
"""

import asyncio
import gc
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from mangum import Mangum
from mangum.types import ASGI, LambdaContext

from handler.bootstrap.model import loading
from handler.settings import Settings
from handler.telemetry import configure_logging, name_invocation

Event = Mapping[str, Any]
Answer = dict[str, Any]

# Everything else travels as base64; the adapter's own list would send problem+json so.
TEXT_TYPES = ("text/", "application/json", "application/problem+json", "image/svg+xml")
# No address is built from these, and the adapter fails on what a caller may write into them.
UNREAD_HEADERS = frozenset({"host", "x-forwarded-port"})
_PLACE = re.compile(r"\{(\w+)\+?\}")


def make_handler(app: ASGI) -> Callable[[Event, LambdaContext], Answer]:
    """Put the application behind the gateway's events."""
    # One loop for all events; the adapter's way to come by one is deprecated in Python.
    asyncio.set_event_loop(asyncio.new_event_loop())
    # Left to itself it would run the application's start-up and shut-down for every event.
    adapter = Mangum(app, lifespan="off", text_mime_types=list(TEXT_TYPES))

    def handle(event: Event, context: LambdaContext) -> Answer:
        gateway = event.get("requestContext") or {}
        name_invocation(
            gateway_request_id=gateway.get("requestId"), function_request_id=context.aws_request_id
        )
        answer: Answer = adapter(_plain(event), context)
        return answer

    return handle


def _plain(event: Event) -> dict[str, Any]:
    """Bring what gateways, consoles and replays vary to one form."""
    plain = dict(event)
    for name in ("headers", "multiValueHeaders"):
        headers = event.get(name) or {}
        plain[name] = {key: value for key, value in headers.items() if key.lower() not in UNREAD_HEADERS}
    if "resource" in event:
        plain["path"] = _route_path(event)
    return plain


def _route_path(event: Event) -> str:
    """The path as the route has it: a domain of the owner's may put its own segment before it."""
    values: Mapping[str, str] = event.get("pathParameters") or {}
    return _PLACE.sub(lambda place: quote(values.get(place[1], "")), event["resource"])


def _start() -> Callable[[Event, LambdaContext], Answer]:
    settings = Settings()
    configure_logging(settings.log_level, structured=True)
    with loading(settings) as model:
        # Imported meanwhile: one after the other they would take as long again.
        from handler.bootstrap.service import build  # noqa: PLC0415

        handle = make_handler(build(settings, model.result()).app)
    # All this lives as long as the sandbox; looking through it for garbage would cost some event 40 ms.
    gc.freeze()
    return handle


handler = _start()
