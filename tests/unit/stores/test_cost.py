"""What one request costs in DynamoDB, counted on the wire."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from handler.domain.account import Caller
from handler.domain.rate import Rate
from handler.services.accounts import Accounts, HoldRule
from handler.services.authentication import Authentication
from handler.services.bookkeeping import Bookkeeping
from handler.services.idempotency import MAX_INLINE_BYTES, Idempotency, RepeatRule, Ticket
from handler.services.keys import Keys
from tests.backends import CREDENTIALS, aws_backend, dynamodb_client, make_table
from tests.metering import Meter, item_bytes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REQUEST = ["GetItem", "UpdateItem", "TransactWriteItems"]
REQUEST_ID = "req_0123456789abcdefABCDEF"


class HandClock:
    """Tells the time that it was set to."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@dataclass(frozen=True, slots=True)
class Metered:
    """A service whose calls are counted, after a first request that noted the key's use."""

    clock: HandClock
    reader: "DynamoDBClient"
    authentication: Authentication
    accounts: Accounts
    idempotency: Idempotency
    secret: str
    meter: Meter

    def begin(self) -> Caller:
        """Let a request in."""
        return self.authentication.by_key(self.secret)

    def serve(self) -> None:
        """One successful request."""
        self.accounts.commit(self.accounts.hold(self.begin(), 1000, REQUEST_ID))

    @property
    def units(self) -> tuple[int, int]:
        """Read and write units so far."""
        return self.meter.read_units, self.meter.write_units


@pytest.fixture
def metered() -> Iterator[Metered]:
    """A deployment in moto, with names as long as people use."""
    with mock_aws():
        client, reader, clock = dynamodb_client(), dynamodb_client(), HandClock()
        make_table(client, "accounts")
        s3 = boto3.client("s3", **CREDENTIALS)
        s3.create_bucket(Bucket="accounts")
        backend = aws_backend(client, "accounts", s3)
        rule = HoldRule((Rate.per_second(20), Rate.per_minute(500)), 120)
        accounts = Accounts(backend.accounts, rule, clock)
        bookkeeping = Bookkeeping(backend.accounts, backend.keys, clock)
        account_id = bookkeeping.create_account("A company with a rather long name", "Professional")
        bookkeeping.grant(account_id, 123_456_789, "bought")
        made = Metered(
            clock=clock,
            reader=reader,
            authentication=Authentication(backend.keys, clock=clock),
            accounts=accounts,
            idempotency=Idempotency(backend.attempts, backend.objects, accounts, RepeatRule(120), clock),
            secret=Keys(backend.keys, backend.accounts, clock=clock).create(account_id, "production")[1],
            meter=Meter(),
        )
        made.serve()
        made.meter.watch(client, reader)
        yield made


def test_a_successful_request_is_one_read_and_two_writes(
    metered: Metered, capsys: pytest.CaptureFixture[str]
) -> None:
    """1 read unit and 5 write units: the hold with its rates 1, the charge with its ledger line 4."""
    metered.clock.now += 60
    metered.serve()

    with capsys.disabled():
        sys.stdout.write(f"\none request: {metered.meter.calls}, read and write units {metered.units}\n")
    assert REQUEST == metered.meter.calls
    assert (1, 5) == metered.units


def test_requests_in_a_row_cost_no_more(metered: Metered) -> None:
    """Whether the rates are at rest or not was seen at the last request."""
    for pause_seconds in (0, 0, 0.01, 0.2, 0, 90, 0, 1, 0.05, 0):
        metered.clock.now += pause_seconds
        metered.serve()

    assert REQUEST * 10 == metered.meter.calls
    assert (10, 50) == metered.units


def test_a_failed_request_costs_no_more(metered: Metered) -> None:
    """Giving back is a line in the ledger as spending is."""
    metered.clock.now += 60
    metered.accounts.release(metered.accounts.hold(metered.begin(), 1000, REQUEST_ID))

    assert REQUEST == metered.meter.calls
    assert (1, 5) == metered.units


def test_a_free_request_is_one_read_and_one_write(metered: Metered) -> None:
    """A test key only counts against the rates."""
    metered.clock.now += 60
    metered.accounts.commit(metered.accounts.hold(metered.begin(), 0, REQUEST_ID))

    assert ["GetItem", "UpdateItem"] == metered.meter.calls
    assert (1, 1) == metered.units


def test_the_last_use_is_written_once_an_hour(metered: Metered) -> None:
    """One write unit more for one request in an hour."""
    metered.clock.now += 3600
    metered.serve()
    metered.clock.now += 1
    metered.serve()

    assert ["GetItem", "UpdateItem", "UpdateItem", "TransactWriteItems", *REQUEST] == metered.meter.calls
    assert (2, 11) == metered.units


@pytest.mark.parametrize("body", [b"", b"x" * (MAX_INLINE_BYTES + 1)])
def test_an_idempotency_key_is_two_writes_more(metered: Metered, body: bytes) -> None:
    """Of a unit each, since a large answer lies in the bucket."""
    metered.clock.now += 60
    caller = metered.begin()
    ticket = metered.idempotency.begin(caller.account_id, "0b4c8a3e-6f1d-4a53-9c1e-5f0d2b7a9e11", "f" * 64)
    assert isinstance(ticket, Ticket)
    hold = metered.accounts.hold(caller, 1000, REQUEST_ID, ticket.hold_id)
    metered.idempotency.finish(
        ticket, 200, (("Content-Type", "image/png"), ("X-Request-ID", REQUEST_ID)), body
    )
    metered.accounts.commit(hold)

    assert ["GetItem", "PutItem", "UpdateItem", "PutItem", "TransactWriteItems"] == metered.meter.calls
    assert (1, 7) == metered.units


def test_a_key_that_cannot_be_costs_nothing(metered: Metered) -> None:
    """Its checksum gives it away."""
    with pytest.raises(Exception, match="API key"):
        metered.authentication.by_key(metered.secret[:-1] + "!")

    assert [] == metered.meter.calls


def test_an_account_with_eight_open_holds_fits_one_write_unit(metered: Metered) -> None:
    """Beyond that a hold costs two units, not more calls."""
    caller = metered.begin()
    for _ in range(8):
        metered.accounts.hold(caller, 1000, REQUEST_ID)
    key = {"pk": {"S": f"ACCOUNT#{caller.account_id}"}, "sk": {"S": "ACCOUNT"}}
    item = metered.reader.get_item(TableName="accounts", Key=key)["Item"]

    assert 8 == len(item["holds"]["M"])
    assert item_bytes(item) <= 1024
