"""What the local server says when it listens, and which key it hands out."""

import logging
import re
from pathlib import Path

import pytest

from handler.bootstrap import Books, open_books
from handler.domain.account import AccountStatus
from handler.local import demo_key, greeting
from handler.settings import Settings

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Embedded stores of one test."""
    return Settings(home=tmp_path)


@pytest.fixture
def books(settings: Settings) -> Books:
    """The books on them."""
    return open_books(settings)


def test_the_greeting_says_what_is_left(settings: Settings, books: Books) -> None:
    """At the first start and at every later one, under the same key."""
    first = greeting(settings, books, ADDRESS)
    (account,) = books.bookkeeping.list()
    books.bookkeeping.adjust(account.id, -1500, "used")
    second = greeting(settings, books, ADDRESS)

    assert "Demo key with 1000 credits left" in first
    assert "Demo key with 998.5 credits left" in second
    assert re.findall(r"x-api-key: (\S+)'", first) == re.findall(r"x-api-key: (\S+)'", second)


def test_a_suspended_demo_account_keeps_its_key(
    settings: Settings, books: Books, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the owner's decision: a warning, and no second account."""
    monkeypatch.setattr(logging.getLogger("handler"), "propagate", True)
    key = demo_key(books, settings.home / "demo-key")
    (account,) = books.bookkeeping.list()
    books.bookkeeping.set_status(account.id, AccountStatus.SUSPENDED)

    assert f"Demo key of a suspended account, kept in {settings.home / 'demo-key'}: {key}" in greeting(
        settings, books, ADDRESS
    )
    assert "suspended" in caplog.text
    assert 1 == len(books.bookkeeping.list())


def test_nobody_gets_a_demo_key_of_a_deployments_table(settings: Settings, books: Books) -> None:
    """Neither an account nor a file is made, and the greeting says why."""
    said = greeting(settings.model_copy(update={"table_name": "production"}), books, ADDRESS)

    assert "No demo key: the accounts are those of the table production" in said
    assert f"curl -f {ADDRESS}/v1/remove -H 'x-api-key: YOUR_KEY'" in said
    assert () == books.bookkeeping.list()
    assert not (settings.home / "demo-key").exists()
