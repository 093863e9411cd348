"""What every key store promises."""

from dataclasses import replace

import pytest

from handler.domain.account import Account
from handler.domain.key import KeyRecord
from handler.ports import KeyStore
from tests.backends import Backend

NOW_US = 1_800_000_000_000_000
PLAIN = KeyRecord(
    id="key_b",
    account_id="org_a",
    digest="b" * 64,
    label="laptop",
    test=True,
    last_four="wxyz",
    created_at_us=NOW_US,
)
FULL = KeyRecord(
    id="key_a",
    account_id="org_a",
    digest="a" * 64,
    label="büro",
    test=False,
    last_four="1234",
    created_at_us=NOW_US,
    last_used_at_us=NOW_US + 1,
    expires_at_us=NOW_US + 2,
    revoked_at_us=NOW_US + 3,
    account_suspended=True,
    gateway_key_id="gw1",
)


@pytest.fixture
def store(backend: Backend) -> KeyStore:
    """A store with two keys of one account."""
    for account_id in ("org_a", "org_b"):
        backend.accounts.create_account(Account(account_id, "A", "standard", NOW_US))
    for record in (PLAIN, FULL):
        backend.keys.put_key(record)
    return backend.keys


@pytest.mark.parametrize("record", [PLAIN, FULL])
def test_a_key_is_found_by_its_digest(store: KeyStore, record: KeyRecord) -> None:
    """Every field comes back."""
    assert record == store.find_key(record.digest)


def test_a_key_is_found_by_its_gateway_key(store: KeyStore) -> None:
    """The gateway tells the id of its own key only."""
    assert store.find_gateway_key("gw1") == FULL


def test_an_unknown_key_is_none(store: KeyStore) -> None:
    """Neither a digest nor a gateway key that nobody put is found."""
    assert store.find_key("c" * 64) is None
    assert store.find_gateway_key("gw2") is None


def test_keys_are_listed_by_account_and_id(store: KeyStore) -> None:
    """The keys of other accounts are not among them."""
    store.put_key(replace(PLAIN, id="key_c", digest="c" * 64, account_id="org_b"))

    assert [FULL, PLAIN] == list(store.list_keys("org_a"))
    assert [] == list(store.list_keys("org_none"))


def test_putting_a_key_again_replaces_it(store: KeyStore) -> None:
    """Revoking is putting."""
    revoked = replace(PLAIN, revoked_at_us=NOW_US)

    assert store.put_key(revoked)
    assert revoked == store.find_key(PLAIN.digest)
    assert [FULL, revoked] == list(store.list_keys("org_a"))


@pytest.mark.parametrize("revoked_at_us", [None, NOW_US + 7])
def test_a_revocation_is_never_taken_back(store: KeyStore, revoked_at_us: int | None) -> None:
    """Who read the key before it was revoked writes nothing, and no entry of the key changes."""
    stale = replace(FULL, revoked_at_us=revoked_at_us, label="stale", gateway_key_id="gw9")

    assert not store.put_key(stale)
    assert FULL == store.find_key(FULL.digest)
    assert store.find_gateway_key("gw9") is None


def test_a_revoked_key_is_put_again_as_long_as_it_stays_revoked(store: KeyStore) -> None:
    """A put whose answer was lost may be repeated, and a resumed account marks its revoked keys too."""
    resumed = replace(FULL, account_suspended=False)

    assert (True, True) == (store.put_key(FULL), store.put_key(resumed))
    assert resumed == store.find_key(FULL.digest)


def test_the_last_use_is_noted_and_nothing_else(store: KeyStore) -> None:
    """A use that comes with a revocation does not undo it, and no key comes into being by use."""
    store.touch_key(FULL.digest, NOW_US + 9)
    store.touch_key("c" * 64, NOW_US)

    assert replace(FULL, last_used_at_us=NOW_US + 9) == store.find_key(FULL.digest)
    assert store.find_key("c" * 64) is None
