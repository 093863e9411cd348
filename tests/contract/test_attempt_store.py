"""What every store of idempotency keys promises."""

from dataclasses import replace

import pytest

from handler.domain.idempotency import Attempt, KeptAnswer
from handler.ports import AttemptStore
from tests.backends import Backend
from tests.parallel import in_parallel

NOW_US = 1_800_000_000_000_000
DAY_US = 86_400_000_000
FIRST = Attempt(
    account_id="org_a",
    name="n" * 64,
    fingerprint="f" * 64,
    owner="owner1",
    hold_id="hold1",
    paid=False,
    deadline_us=NOW_US + 1000,
    expires_at_us=NOW_US + DAY_US,
)
SECOND = replace(FIRST, owner="owner2", hold_id="hold2")
ANSWER = KeptAnswer(200, (("X-A", "1"), ("X-A", "2")), b"\x00\xff", "answers/1")


@pytest.fixture
def store(backend: Backend) -> AttemptStore:
    """A store in which one attempt runs."""
    assert backend.attempts.claim(FIRST, NOW_US) is None
    return backend.attempts


def test_a_key_that_is_taken_tells_by_whom(store: AttemptStore) -> None:
    """Every field comes back, and the first claim stands."""
    assert store.claim(SECOND, NOW_US) == FIRST
    assert store.claim(SECOND, NOW_US) == FIRST


def test_a_claim_may_be_repeated(store: AttemptStore) -> None:
    """An answer that was lost does not lock its owner out."""
    assert store.claim(FIRST, NOW_US) is None


def test_keys_of_other_accounts_are_other_keys(store: AttemptStore) -> None:
    """Two callers may use one key text."""
    assert store.claim(replace(SECOND, account_id="org_b"), NOW_US) is None


def test_an_expired_key_is_free(store: AttemptStore) -> None:
    """From its very moment on, whether or not anything cleaned it up."""
    assert store.claim(SECOND, FIRST.expires_at_us - 1) == FIRST
    assert store.claim(SECOND, FIRST.expires_at_us) is None


@pytest.mark.parametrize("answer", [ANSWER, KeptAnswer(204, (), b"")])
def test_an_answer_is_kept_as_it_was(store: AttemptStore, answer: KeptAnswer) -> None:
    """Bytes, repeated headers and all."""
    finished = replace(FIRST, answer=answer, paid=True)

    assert store.replace(finished, FIRST.owner) is True
    assert store.claim(SECOND, NOW_US) == finished


def test_only_the_owner_is_replaced(store: AttemptStore) -> None:
    """A run that was taken over cannot put its answer in the place of the other's; a repetition may."""
    assert store.replace(SECOND, FIRST.owner) is True
    assert store.replace(SECOND, FIRST.owner) is True
    assert store.replace(replace(FIRST, answer=ANSWER), FIRST.owner) is False
    assert store.claim(FIRST, NOW_US) == SECOND


def test_only_the_owner_drops(store: AttemptStore) -> None:
    """Dropped, the key is free, and nothing can be put in its place."""
    store.drop(SECOND)
    assert store.claim(SECOND, NOW_US) == FIRST
    store.drop(FIRST)
    store.drop(FIRST)
    assert store.replace(FIRST, FIRST.owner) is False
    assert store.claim(SECOND, NOW_US) is None


def test_of_many_claims_one_succeeds(store: AttemptStore) -> None:
    """The losers all see the winner."""
    claims = [replace(FIRST, name="m" * 64, owner=f"owner{n}") for n in range(24)]
    found = in_parallel(lambda n: store.claim(claims[n], NOW_US), 24)
    winners = [claim for claim, seen in zip(claims, found, strict=True) if seen is None]

    assert 1 == len(winners)
    assert {winners[0], None} == set(found)


def test_cleaning_forgets_no_key_before_its_time(store: AttemptStore) -> None:
    """A store may clean by itself or be told to; either way what has not expired stays."""
    assert () == store.forget_expired(FIRST.expires_at_us - 1)
    assert store.forget_expired(FIRST.expires_at_us) in {(), (FIRST,)}
    assert () == store.forget_expired(FIRST.expires_at_us)
