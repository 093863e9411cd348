"""What every store of used tokens promises, and what that makes of a token."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from moto import mock_aws

from handler.domain.account import Caller
from handler.domain.errors import StoreUnavailableError, TokenRefusedError
from handler.ports import TokenUses
from handler.services.tokens import ClientTokens, Grant
from handler.stores.aws.table import Table
from handler.stores.aws.tokens import AwsTokenUses
from handler.stores.local.secret import LocalSecret
from handler.stores.local.tokens import LocalTokenUses
from tests.backends import Backend, dynamodb_client, make_table
from tests.faults import Fault, Faults, FaultyDatabase, make_faulty
from tests.parallel import in_parallel

NOW_US = 1_800_000_000_000_000
REPLAYS = 100
CALLER = Caller("org_a", "key_a", test=True)
ACTION = ("POST", "/v2/upload")
GRANT = Grant(CALLER, '{"max_bytes":5}')


def test_a_use_is_noted_once(backend: Backend) -> None:
    """And tokens do not know each other."""
    assert [True, False, False] == [backend.tokens.use("a" * 64, NOW_US) for _ in range(3)]
    assert backend.tokens.use("b" * 64, NOW_US) is True


def test_cleaning_forgets_no_use_before_its_time(backend: Backend) -> None:
    """A store may clean by itself or be told to; either way a live token stays used."""
    backend.tokens.use("a" * 64, NOW_US)
    backend.tokens.forget_expired(NOW_US - 1)

    assert backend.tokens.use("a" * 64, NOW_US) is False


def test_of_a_hundred_replays_at_once_one_succeeds(backend: Backend, tmp_path: Path) -> None:
    """The others are refused."""
    tokens = ClientTokens(backend.tokens, LocalSecret(tmp_path / "secret"))
    text = tokens.issue(CALLER, ACTION, GRANT.payload, 60)
    found = in_parallel(lambda _: redeemed(tokens, text), REPLAYS)

    assert 1 == found.count(GRANT)
    assert REPLAYS - 1 == found.count(TokenRefusedError)


def redeemed(tokens: ClientTokens, text: str) -> object:
    """The grant, or the kind of the refusal."""
    try:
        return tokens.redeem(text, ACTION)
    except (TokenRefusedError, StoreUnavailableError) as error:
        return type(error)


@contextmanager
def sqlite(folder: Path, faults: Faults) -> Iterator[TokenUses]:
    """A database whose writes fail."""
    yield LocalTokenUses(FaultyDatabase(folder / "accounts.sqlite3", faults))


@contextmanager
def dynamodb(_: Path, faults: Faults) -> Iterator[TokenUses]:
    """A table whose calls fail, in moto."""
    with mock_aws():
        client = dynamodb_client()
        make_table(client, "accounts")
        make_faulty(client, faults)
        yield AwsTokenUses(Table(client, "accounts", sleep=lambda _: None))


@pytest.mark.parametrize("opened", [sqlite, dynamodb])
def test_with_the_store_down_nothing_succeeds(
    opened: Callable[[Path, Faults], AbstractContextManager[TokenUses]], tmp_path: Path
) -> None:
    """None of a hundred; a token that no write has touched works afterwards, once."""
    faults = Faults()
    with opened(tmp_path, faults) as uses:
        tokens = ClientTokens(uses, LocalSecret(tmp_path / "secret"))
        text = tokens.issue(CALLER, ACTION, GRANT.payload, 60)
        with faults.during(Fault(skipped=0, lasting=10_000, lost=False)):
            found = in_parallel(lambda _: redeemed(tokens, text), REPLAYS)

        assert [StoreUnavailableError] * REPLAYS == found
        assert [GRANT, TokenRefusedError] == [redeemed(tokens, text) for _ in range(2)]


@pytest.mark.parametrize("opened", [sqlite, dynamodb])
def test_a_use_whose_answer_was_lost_stays_a_use(
    opened: Callable[[Path, Faults], AbstractContextManager[TokenUses]], tmp_path: Path
) -> None:
    """Rather one too few than one too many."""
    faults = Faults()
    with opened(tmp_path, faults) as uses:
        tokens = ClientTokens(uses, LocalSecret(tmp_path / "secret"))
        text = tokens.issue(CALLER, ACTION, GRANT.payload, 60)
        # Of SQLite's calls the last one is the commit.
        with faults.during(Fault(skipped=2 if opened is sqlite else 0, lasting=1, lost=True)):
            assert redeemed(tokens, text) is StoreUnavailableError
        assert 1 == faults.happened
        assert redeemed(tokens, text) is TokenRefusedError
