"""Whose key a key is."""

from dataclasses import replace

import pytest

from handler.domain.account import AccountStatus, Caller
from handler.domain.errors import AuthenticationError, PermissionDeniedError, StoreUnavailableError
from handler.domain.key import KeyRecord, gateway_spelling, mint_key
from handler.services.authentication import Authentication
from tests.unit.services.conftest import Books


class SlowKeys:
    """The books' keys, behind a look-up that takes its time."""

    def __init__(self, books: Books, seconds: float = 0.0) -> None:
        self._books = books
        self._seconds = seconds
        self.looked_up = 0
        self.touched: list[int] = []

    def find_key(self, digest: str) -> KeyRecord | None:
        """Look up."""
        self.looked_up += 1
        self._books.clock.now += self._seconds
        return self._books.backend.keys.find_key(digest)

    def find_gateway_key(self, gateway_key_id: str) -> KeyRecord | None:
        """Look up."""
        return self._books.backend.keys.find_gateway_key(gateway_key_id)

    def touch_key(self, digest: str, used_at_us: int) -> None:
        """Note a use."""
        self.touched.append(used_at_us)
        self._books.backend.keys.touch_key(digest, used_at_us)


def authentication(books: Books, keys: SlowKeys) -> Authentication:
    """Authentication whose stopwatch is the books' clock."""
    clock = books.clock
    return Authentication(keys, 0.025, clock, clock, clock.sleep)  # type: ignore[arg-type] # only what is called


def test_a_key_names_its_caller(books: Books) -> None:
    """In both spellings, and a test key says so."""
    account_id = books.caller(0).account_id
    record, secret = books.keys.create(account_id, "laptop", test=True)
    asked = authentication(books, SlowKeys(books))

    expected = Caller(account_id, record.id, test=True)
    assert [expected] * 2 == [asked.by_key(secret), asked.by_key(gateway_spelling(secret))]


def test_every_bad_key_is_refused_alike_and_after_the_same_time(books: Books) -> None:
    """Missing, malformed, unknown, revoked, expired: neither the answer nor its time tells which."""
    account_id = books.caller(0).account_id
    revoked, revoked_secret = books.keys.create(account_id, "revoked")
    books.keys.revoke(account_id, revoked.id)
    rotated, rotated_secret = books.keys.create(account_id, "rotated")
    books.keys.rotate(account_id, rotated.id, 0)
    unknown, _ = mint_key(test=False)
    asked = authentication(books, SlowKeys(books, seconds=0.004))
    answers = []
    for presented in (None, "", "x", unknown, revoked_secret, rotated_secret):
        started = books.clock.now
        with pytest.raises(AuthenticationError) as refused:
            asked.by_key(presented)
        answers.append((str(refused.value), refused.value.details, round(books.clock.now - started, 6)))

    assert {("Invalid or missing API key", None, 0.025)} == set(answers)


def test_a_key_that_cannot_be_is_not_looked_up(books: Books) -> None:
    """A typo or a fake costs no read."""
    keys = SlowKeys(books)
    for presented in (None, "", "ck_live_" + "0" * 28, "Bearer x"):
        with pytest.raises(AuthenticationError):
            authentication(books, keys).by_key(presented)

    assert 0 == keys.looked_up


def test_a_suspended_account_is_told_so(books: Books) -> None:
    """By its old keys and by those made since; resumed, they work."""
    account_id = books.caller(0).account_id
    secrets = [books.keys.create(account_id, "before")[1]]
    books.bookkeeping.set_status(account_id, AccountStatus.SUSPENDED)
    secrets.append(books.keys.create(account_id, "since")[1])
    asked = authentication(books, SlowKeys(books))

    for secret in secrets:
        with pytest.raises(PermissionDeniedError):
            asked.by_key(secret)
    books.bookkeeping.set_status(account_id, AccountStatus.ACTIVE)
    assert {account_id} == {asked.by_key(secret).account_id for secret in secrets}


def test_the_last_use_is_noted_once_an_hour(books: Books) -> None:
    """A write for every request would double its cost."""
    _, secret = books.keys.create(books.caller(0).account_id, "laptop")
    keys = SlowKeys(books)
    first_us = int(books.clock.now * 1_000_000)
    for seconds in (0, 1, 3598, 1):
        books.clock.now += seconds
        authentication(books, keys).by_key(secret)

    assert [first_us, first_us + 3_600_000_000] == keys.touched


def test_a_use_that_cannot_be_noted_is_no_reason_to_refuse(books: Books) -> None:
    """The key was read, and that is what counts."""

    class Stale(SlowKeys):
        def touch_key(self, digest: str, used_at_us: int) -> None:
            raise StoreUnavailableError

    record, secret = books.keys.create(books.caller(0).account_id, "laptop")

    assert record.id == authentication(books, Stale(books)).by_key(secret).key_id


def test_a_gateway_key_names_its_caller(books: Books) -> None:
    """The gateway has checked the secret; what it tells is the id."""
    account_id = books.caller(0).account_id
    record, _ = books.keys.create(account_id, "laptop")
    books.backend.keys.put_key(replace(record, gateway_key_id="gw1"))
    asked = authentication(books, SlowKeys(books))

    assert Caller(account_id, record.id, test=False) == asked.by_gateway_key("gw1")
    with pytest.raises(AuthenticationError):
        asked.by_gateway_key("gw2")
