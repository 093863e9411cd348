"""Money over HTTP: repeated requests, killed servers."""

import http.client
import io
import random
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from handler.bootstrap import Books, open_books
from handler.bootstrap.service import build
from handler.domain.ledger import LineKind
from handler.services.accounts import Accounts, HoldRule
from handler.settings import Settings
from handler.stores.local.accounts import LocalAccounts
from handler.stores.local.database import Database
from tests.customers import new_key
from tests.parallel import in_parallel
from tests.serving import HOLD_SECONDS, Killable, SlowModel, served

CREDITS = 100_000_000
KILLS = 50


def picture() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "PNG")
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Received:
    """An answer that came in full."""

    status: int
    headers: dict[str, str]
    body: bytes


def post(port: int, key: str, idempotency_key: str | None = None) -> Received:
    """Send the picture; raises OSError or HTTPException where no whole answer comes."""
    headers = {"x-api-key": key, "content-type": "image/png"}
    if idempotency_key is not None:
        headers["idempotency-key"] = idempotency_key
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", "/v1/remove", picture(), headers)
        response = connection.getresponse()
        body = response.read()
        return Received(response.status, {name.lower(): text for name, text in response.getheaders()}, body)
    finally:
        connection.close()


def charges(books: Books, account_id: str) -> list[str]:
    """Ids of the requests that were charged."""
    lines = books.bookkeeping.ledger(account_id)
    return [line.reference for line in lines if line.kind is LineKind.COMMIT]


def test_50_parallel_requests_of_one_key_are_one_run_and_one_charge(tmp_path: Path) -> None:
    """The others get the same answer again, or are told that it is on its way."""
    model = SlowModel(0.3)
    service = build(Settings(home=tmp_path, max_waiting=100), model)
    key = new_key(service)
    with served(service) as port:
        answers = in_parallel(lambda _: post(port, key, "one"), 50)
        late = post(port, key, "one")
    account_id = service.books.authentication.by_key(key).account_id
    by_status = Counter(answer.status for answer in answers)
    pictures = [answer for answer in answers if answer.status == http.HTTPStatus.OK]
    told_to_wait = [answer for answer in answers if answer.status == http.HTTPStatus.CONFLICT]
    replays = [answer for answer in (*pictures, late) if answer.headers.get("idempotency-replayed") == "true"]

    assert {200, 409} >= set(by_status)
    assert 50 == len(pictures) + len(told_to_wait)
    assert (1, 1) == (model.runs, len(charges(service.books, account_id)))
    assert len(pictures) == len(replays)
    assert {late.body} == {answer.body for answer in pictures}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in told_to_wait)


@dataclass(slots=True)
class Customer:
    """Sends pictures without end, to a server that keeps dying."""

    key: str
    repeats: bool
    answered: list[str] = field(default_factory=list)
    interrupted: int = 0

    def send(self, server: Killable, stopping: threading.Event) -> None:
        """Where it repeats, a request is sent under one idempotency key until an answer comes."""
        name = str(uuid.uuid4())
        while not stopping.is_set():
            try:
                answer = post(server.port, self.key, name if self.repeats else None)
            except (OSError, http.client.HTTPException):
                self.interrupted += 1
                time.sleep(0.01)
                continue
            if answer.status == http.HTTPStatus.OK:
                self.answered.append(answer.headers["x-request-id"])
                name = str(uuid.uuid4())
            else:
                time.sleep(0.01)


def sweep_later(home: Path) -> None:
    """Sweep as the service will once every hold has lapsed."""
    database = Database(home / "accounts.sqlite3")
    books = LocalAccounts(database)
    Accounts(books, HoldRule((), 60), clock=lambda: time.time() + 3600).sweep()
    database.close()


def test_nobody_pays_for_an_answer_that_a_killed_server_did_not_give(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Killed 50 times at random moments, it leaves books that balance after a sweep."""
    books = open_books(Settings(home=tmp_path))
    accounts = [books.bookkeeping.create_account(name) for name in ("once", "repeating")]
    for account_id in accounts:
        books.bookkeeping.grant(account_id, CREDITS, "test")
    customers = [
        Customer(books.keys.create(account_id, "test")[1], repeats=account_id == accounts[1])
        for account_id in accounts
        for _ in range(2)
    ]
    server, stopping = Killable(tmp_path, model_seconds=0.02), threading.Event()
    server.start()
    senders = [threading.Thread(target=each.send, args=(server, stopping)) for each in customers]
    for sender in senders:
        sender.start()
    chance = random.Random(20261121)  # noqa: S311 # no secret
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.02, 0.5))
        server.kill()
        server.start()
    # Long enough for the repeating ones to take over what died last.
    time.sleep(HOLD_SECONDS + 1)
    stopping.set()
    for sender in senders:
        sender.join()
    server.kill()
    sweep_later(tmp_path)

    answered = [
        {each for customer in pair for each in customer.answered} for pair in (customers[:2], customers[2:])
    ]
    charged = [charges(books, account_id) for account_id in accounts]
    interrupted = sum(customer.interrupted for customer in customers)
    lines = [line for account_id in accounts for line in books.bookkeeping.ledger(account_id)]
    given_back = sum(line.reference in {"lapsed", "run died"} for line in lines)
    figures = f"{len(answered[0]) + len(answered[1])} answers, {len(charged[0]) + len(charged[1])} charges"
    with capsys.disabled():
        sys.stdout.write(
            f"\n{KILLS} kills: {figures}, {interrupted} interrupted, {given_back} holds given back\n"
        )

    assert interrupted >= KILLS / 2
    assert given_back >= 1
    for account in books.bookkeeping.list():
        assert () == books.bookkeeping.verify(account.id)
        assert () == account.holds
        assert account.granted == account.balance + account.spent
    assert set(charged[0]) <= answered[0]
    assert len(charged[0]) == len(set(charged[0]))
    assert len(charged[1]) <= len(answered[1])
