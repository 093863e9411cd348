"""`Idempotency-Key`: one run, one charge, and the first answer again for whoever repeats the request."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from handler.dialects.base import Inbound, Outbound, Route
from handler.domain.order import Order
from handler.services.idempotency import Idempotency, StoredAnswer

HEADER = "idempotency-key"
REPLAYED = ("Idempotency-Replayed", "true")
# True of the first answer only: a replay costs nothing, and the rest has changed since.
_OF_THE_MOMENT = frozenset(
    {"X-Credits-Charged", "X-Credits-Remaining", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}
)


def answer_once(
    idempotency: Idempotency, route: Route, inbound: Inbound, order: Order, run: Callable[[Order], Outbound]
) -> Outbound:
    """Run, unless the caller's key has an answer already."""
    if not is_repeatable(route, inbound):
        return run(order)
    key = inbound.headers[HEADER]
    begun = idempotency.begin(order.caller.account_id, key, fingerprint(route, inbound, order))
    if isinstance(begun, StoredAnswer):
        headers = dict(begun.headers)
        media_type = headers.pop("Content-Type")
        return Outbound(begun.status, media_type, begun.body, (*headers.items(), REPLAYED))
    try:
        outbound = run(replace(order, hold_id=begun.hold_id, paid=begun.paid))
    except BaseException:
        idempotency.abandon(begun)
        raise
    if outbound.status == HTTPStatus.NOT_MODIFIED:
        # Of use to nobody but the one caller who has the answer.
        idempotency.abandon(begun)
        return outbound
    lasting = (header for header in outbound.headers if header[0] not in _OF_THE_MOMENT)
    kept = (("Content-Type", outbound.media_type), *lasting)
    idempotency.finish(begun, outbound.status, kept, outbound.body)
    return outbound


def is_repeatable(route: Route, inbound: Inbound) -> bool:
    """Whether the answer is kept for whoever asks again."""
    return route.method == "POST" and HEADER in inbound.headers


def fingerprint(route: Route, inbound: Inbound, order: Order) -> str:
    """Digest of what was asked, and by which kind of key; a body's framing does not count."""
    digest = hashlib.sha256(f"{route.method} {route.path} {order.caller.test}".encode())
    for name, text in (*inbound.query, *inbound.fields):
        digest.update(repr((name, text)).encode())
    for upload in inbound.files:
        digest.update(repr((upload.name, hashlib.sha256(upload.data).hexdigest())).encode())
    return digest.hexdigest()
