"""Making, listing, revoking and rotating keys."""

import sqlite3
from pathlib import Path

import pytest

from handler.domain.errors import AuthenticationError, InvalidParameterError, NotFoundError
from handler.services.authentication import Authentication
from handler.services.keys import Keys
from tests.unit.services.conftest import Books, Overtaken


class FakeGateway:
    """A gateway that keeps what it is given."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[str, str]] = {}

    def create(self, name: str, value: str) -> str:
        """Keep a key."""
        made = f"gw{len(self.keys)}"
        self.keys[made] = (name, value)
        return made

    def delete(self, gateway_key_id: str) -> None:
        """Forget a key."""
        self.keys.pop(gateway_key_id, None)


def works(books: Books, secret: str) -> bool:
    """Whether a key opens anything."""
    asked = Authentication(books.backend.keys, 0, books.clock, books.clock, books.clock.sleep)
    try:
        asked.by_key(secret)
    except AuthenticationError:
        return False
    return True


def test_what_is_kept_of_a_key_is_not_the_key(books: Books) -> None:
    """Label, kind, time and the last four are for people to know it by."""
    account_id = books.caller(0).account_id
    record, secret = books.keys.create(account_id, "laptop", test=True)

    assert ("laptop", True, secret[-4:]) == (record.label, record.test, record.last_four)
    assert int(books.clock.now * 1_000_000) == record.created_at_us
    assert (record,) == books.keys.list(account_id)
    assert secret not in repr(record)


def test_a_dump_of_the_store_gives_no_usable_key(books: Books, tmp_path: Path) -> None:
    """Nothing that lies in the database opens anything, whole or in part, and no secret is among it."""
    account_id = books.caller(0).account_id
    records, secrets = zip(
        *(books.keys.create(account_id, "laptop", test=test) for test in (True, False)), strict=True
    )
    connection = sqlite3.connect(next(tmp_path.glob("*.sqlite3")))
    dump = "\n".join(connection.iterdump())
    connection.close()
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert all(works(books, secret) for secret in secrets)
    assert all(record.digest in dump for record in records)
    for secret in secrets:
        assert secret[8:30] not in dump
        assert secret[8:30].encode() not in raw
    assert not any(works(books, text) for text in dump.split("'"))


def test_a_revoked_key_is_shut_for_good(books: Books) -> None:
    """Its account's other keys go on; revoked again, it keeps the time of the first."""
    account_id = books.caller(0).account_id
    record, secret = books.keys.create(account_id, "old")
    _, other = books.keys.create(account_id, "other")
    first = books.keys.revoke(account_id, record.id)
    books.clock.now += 60

    assert (False, True) == (works(books, secret), works(books, other))
    assert first == books.keys.revoke(account_id, record.id)


def test_a_rotated_key_works_until_the_overlap_ends(books: Books) -> None:
    """The new one at once, with the old one's label and kind."""
    account_id = books.caller(0).account_id
    old, old_secret = books.keys.create(account_id, "laptop", test=True)
    new, new_secret = books.keys.rotate(account_id, old.id, overlap_seconds=3600)

    assert ("laptop", True) == (new.label, new.test)
    assert (True, True) == (works(books, old_secret), works(books, new_secret))
    books.clock.now += 3600
    assert (False, True) == (works(books, old_secret), works(books, new_secret))


def test_only_a_key_that_works_is_rotated(books: Books) -> None:
    """A revoked key is not brought back through its successor."""
    account_id = books.caller(0).account_id
    record, _ = books.keys.create(account_id, "laptop")
    books.keys.revoke(account_id, record.id)

    with pytest.raises(InvalidParameterError):
        books.keys.rotate(account_id, record.id, overlap_seconds=60)


def test_a_key_that_is_revoked_while_it_is_rotated_leaves_no_successor(books: Books) -> None:
    """The rotation is refused, and neither key opens anything."""
    account_id = books.caller(0).account_id
    record, secret = books.keys.create(account_id, "laptop")
    overtaken = Overtaken(books.backend.keys, lambda: books.keys.revoke(account_id, record.id))

    with pytest.raises(InvalidParameterError, match="a key that works"):
        Keys(overtaken, books.backend.accounts, clock=books.clock).rotate(account_id, record.id, 60)
    assert not works(books, secret)
    assert all(each.revoked_at_us is not None for each in books.keys.list(account_id))


def test_of_two_revocations_the_first_stays(books: Books) -> None:
    """The later one answers with the time of the earlier."""
    account_id = books.caller(0).account_id
    record, _ = books.keys.create(account_id, "laptop")

    def revoke_earlier() -> None:
        books.keys.revoke(account_id, record.id)
        books.clock.now += 60

    overtaken = Overtaken(books.backend.keys, revoke_earlier)
    answered = Keys(overtaken, books.backend.accounts, clock=books.clock).revoke(account_id, record.id)

    assert books.keys.list(account_id) == (answered,)
    assert int((books.clock.now - 60) * 1_000_000) == answered.revoked_at_us


def test_another_accounts_key_is_not_found(books: Books) -> None:
    """Nor is an account that is not there."""
    mine, theirs = books.caller(0).account_id, books.caller(0).account_id
    record, secret = books.keys.create(theirs, "laptop")

    with pytest.raises(NotFoundError):
        books.keys.revoke(mine, record.id)
    with pytest.raises(NotFoundError):
        books.keys.create("org_none", "laptop")
    assert works(books, secret)


@pytest.mark.parametrize("label", ["", "x" * 101])
def test_a_label_is_bounded(books: Books, label: str) -> None:
    """And not empty."""
    with pytest.raises(InvalidParameterError):
        books.keys.create(books.caller(0).account_id, label)


def test_a_gateway_key_is_the_same_key_without_underscores(books: Books) -> None:
    """Revoking and rotating go to the gateway too."""
    gateway = FakeGateway()
    keys = Keys(books.backend.keys, books.backend.accounts, gateway, books.clock)
    account_id = books.caller(0).account_id
    record, secret = keys.create(account_id, "laptop", on_gateway=True)

    assert {record.gateway_key_id: (f"clearcut-{record.id}", secret)} == gateway.keys
    assert secret.isalnum()
    assert works(books, secret)
    successor, _ = keys.rotate(account_id, record.id, overlap_seconds=60)
    assert {record.gateway_key_id, successor.gateway_key_id} == set(gateway.keys)
    keys.revoke(account_id, record.id)
    assert {successor.gateway_key_id} == set(gateway.keys)


def test_without_a_usage_plan_there_are_no_gateway_keys(books: Books) -> None:
    """Said clearly, before anything is made."""
    account_id = books.caller(0).account_id

    with pytest.raises(InvalidParameterError, match="usage plan"):
        books.keys.create(account_id, "laptop", on_gateway=True)
    assert () == books.keys.list(account_id)
