"""What must hold of every answer of every dialect, and of the books after all of them."""

import json
import time
from collections.abc import Mapping

from handler.bootstrap.books import Books
from handler.domain.ledger import LineKind
from tests.hostile.endpoints import Endpoint
from tests.hostile.service import Reply, Service

# What each dialect's error has in any case.
ERROR_NAMES: Mapping[str, frozenset[str]] = {
    "native": frozenset({"code", "message", "request_id"}),
    "removebg": frozenset({"errors"}),
    "threedaistudio": frozenset({"detail"}),
    "picwish": frozenset({"status", "message"}),
    "snapotter": frozenset({"error"}),
    "backgroundcut": frozenset({"detail"}),
    "rembg": frozenset({"detail"}),
}
NOT_SERVED = 501
# What an answer that is not a picture never tells: where the code lies and how it failed.
SECRETS = (b"Traceback", b'File "', b"/handler/", b"site-packages", b"root:x:")
SETTLING_SECONDS = 60


def fault_of(reply: Reply, endpoint: Endpoint) -> str | None:
    """What is wrong with an answer to anything that a caller may send; None where it is civil."""
    if reply.status >= 500 and reply.status != NOT_SERVED:
        return f"{reply.status}: {reply.body[:200]!r}"
    if reply.headers["X-Injected"] is not None:
        return "a header came in through a value"
    if told := [secret for secret in SECRETS if secret in reply.body]:
        return f"it tells {told}: {reply.body[:200]!r}"
    if reply.status < 400 or endpoint.method == "HEAD":
        return None
    # An address that leads nowhere is nobody's, so it is answered as the first dialect does.
    shapes = [ERROR_NAMES[endpoint.dialect], *([ERROR_NAMES["native"]] if reply.status == 404 else [])]
    names = json.loads(reply.body).keys()
    return None if any(shape <= names for shape in shapes) else f"not its form: {reply.body[:200]!r}"


def books_in_disorder(service: Service, books: Books) -> list[str]:
    """Every difference, every credit that is still held, and every charge for what was refused."""
    found = []
    for account in books.bookkeeping.list():
        _await_work(books, account.id)
        found += [f"{account.id}: {difference}" for difference in books.bookkeeping.verify(account.id)]
        found += [f"{account.id}: {hold} is held" for hold in books.bookkeeping.find(account.id).holds]
        found += [
            f"{account.id}: {line} for a refusal"
            for line in books.bookkeeping.ledger(account.id)
            if line.kind is LineKind.COMMIT and line.amount and line.reference in service.refused
        ]
    return found


def _await_work(books: Books, account_id: str) -> None:
    until = time.monotonic() + SETTLING_SECONDS
    while books.bookkeeping.find(account_id).holds and time.monotonic() < until:
        time.sleep(0.2)
