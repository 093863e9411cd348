"""`Idempotency-Key`: one run, one charge, and the first answer again for whoever repeats the request."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from handler.dialects.base import Inbound, Outbound, Route
from handler.domain.order import Order
from handler.services.idempotency import Idempotency, StoredAnswer

HEADER = "idempotency-key"
REPLAYED = ("Idempotency-Replayed", "true")


def answer_once(
    idempotency: Idempotency, route: Route, inbound: Inbound, order: Order, run: Callable[[Order], Outbound]
) -> Outbound:
    """Run, unless the caller's key has an answer already."""
    key = inbound.headers.get(HEADER)
    if key is None or route.method != "POST":
        return run(order)
    begun = idempotency.begin(order.caller.account_id, key, fingerprint(route, inbound))
    if isinstance(begun, StoredAnswer):
        headers = dict(begun.headers)
        media_type = headers.pop("Content-Type")
        return Outbound(begun.status, media_type, begun.body, (*headers.items(), REPLAYED))
    try:
        outbound = run(replace(order, hold_id=begun.hold_id, paid=begun.paid))
    except BaseException:
        idempotency.abandon(begun)
        raise
    kept = (("Content-Type", outbound.media_type), *outbound.headers)
    idempotency.finish(begun, outbound.status, kept, outbound.body)
    return outbound


def fingerprint(route: Route, inbound: Inbound) -> str:
    """Digest of what was asked; the form of the body and its framing do not count."""
    digest = hashlib.sha256(f"{route.method} {route.path}".encode())
    for name, text in (*inbound.query, *inbound.fields):
        digest.update(repr((name, text)).encode())
    for upload in inbound.files:
        digest.update(repr((upload.name, hashlib.sha256(upload.data).hexdigest())).encode())
    return digest.hexdigest()
