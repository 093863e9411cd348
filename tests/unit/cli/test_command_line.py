"""The command line, on the embedded store that the settings name."""

import re
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from handler.cli import main
from handler.cli.forms import table
from handler.domain.key import key_digest


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty stores."""
    monkeypatch.setenv("CLEARCUT_HOME", str(tmp_path))
    monkeypatch.delenv("CLEARCUT_TABLE_NAME", raising=False)
    return tmp_path


def run(*words: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, words)


def told(*words: str) -> str:
    """Run a command that must succeed, and give what it printed."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def refused(*words: str) -> str:
    """Run a command that must fail without a trace, and give what it complained of."""
    result = run(*words)
    assert result.exit_code in {1, 2}
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr.strip().splitlines()[-1]


@pytest.fixture
def account() -> str:
    """An account with 12.5 credits."""
    account_id = told("accounts", "create", "Ann", "--plan", "Pro")
    told("credits", "grant", account_id, "12.5", "--reason", "bought")
    return account_id


def test_an_account_is_opened_listed_and_shown(account: str) -> None:
    """With its credits."""
    listed = told("accounts", "list").splitlines()[-1]
    shown = told("accounts", "show", account)

    assert [account, "Ann", "Pro", "active", "12.5", "0", "0"] == listed.split()
    assert re.search(r"^balance +12\.5$", shown, re.MULTILINE)


def test_credits_are_granted_corrected_and_listed(account: str) -> None:
    """Negative corrections need no trick on the command line."""
    granted = told("credits", "grant", account, "1")
    adjusted = told("credits", "adjust", account, "-3.25", "--reason", "typing mistake")
    lines = told("credits", "ledger", account).splitlines()[2:]

    assert (f"{account} has 13.5 credits", f"{account} has 10.25 credits") == (granted, adjusted)
    assert ["12.5", "1", "-3.25"] == [line.split()[3] for line in lines]
    assert "typing mistake" in lines[-1]
    assert lines[-1:] == told("credits", "ledger", account, "--last", "1").splitlines()[2:]


def test_a_key_is_shown_once(account: str) -> None:
    """On standard output alone, so that it can be piped; the list has only its end."""
    secret = told("keys", "create", account, "--label", "laptop", "--test")
    listed = told("keys", "list", account)

    assert key_digest(secret) is not None
    assert secret not in listed
    assert re.search(rf"laptop +test +\.\.\.{secret[-4:]} .* works$", listed, re.MULTILINE)


def test_a_key_is_rotated_and_revoked(account: str) -> None:
    """The list says what became of it."""
    told("keys", "create", account)
    first = told("keys", "list", account).splitlines()[2].split()[0]
    told("keys", "rotate", account, first, "--overlap", "2h")
    during = told("keys", "list", account).splitlines()[2:]
    told("keys", "revoke", account, first)
    after = told("keys", "list", account).splitlines()[2:]

    assert ["works until", "works"] == [re.search(r"works( until)?", line)[0] for line in during]  # type: ignore[index]
    assert ["revoked", "works"] == [re.search(r"revoked|works", line)[0] for line in after]  # type: ignore[index]


def test_an_account_is_suspended_and_resumed(account: str) -> None:
    """Its keys say so."""
    told("keys", "create", account)
    told("accounts", "suspend", account)
    assert told("keys", "list", account).endswith("suspended")
    told("accounts", "resume", account)
    assert told("keys", "list", account).endswith("works")


def test_verifying_finds_what_the_ledger_does_not_bear_out(account: str, home: Path) -> None:
    """It names account and figure, and a script can see it by the exit code."""
    sound = told("credits", "verify")
    connection = sqlite3.connect(home / "accounts.sqlite3")
    connection.execute("UPDATE accounts SET balance = balance + 1")
    connection.commit()
    connection.close()
    result = run("credits", "verify", account)

    assert "accounts verified: 1, no difference" == sound
    assert 1 == result.exit_code
    assert [account, "balance", "12.501", "12.5"] == result.stdout.splitlines()[-1].split()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("accounts", "show", "org_none"), "Error: Not found: There is no account org_none"),
        (("keys", "create", "org_none"), "Error: Not found: There is no account org_none"),
        (("keys", "list", "org_none"), "Error: Not found: There is no account org_none"),
        (("credits", "grant", "org_none", "1"), "Error: Not found: There is no account org_none"),
        (("credits", "grant", "ACCOUNT", "-1"), "Error: Expected an amount above 0 for credits, got -1"),
        (("credits", "grant", "ACCOUNT", "0"), "Error: Expected an amount above 0 for credits, got 0"),
        (
            ("credits", "grant", "ACCOUNT", "a few"),
            "Error: Invalid value for 'CREDITS': Expected a number like 12.5 for credits, got a few",
        ),
        (
            ("credits", "adjust", "ACCOUNT", "-99", "--reason", "x"),
            "Error: Insufficient credits: The balance would fall below zero",
        ),
        (("credits", "adjust", "ACCOUNT", "1"), "Error: Missing option '--reason'."),
        (("keys", "revoke", "ACCOUNT", "key_none"), "Error: Not found: Account ACCOUNT has no key key_none"),
        (
            ("keys", "rotate", "ACCOUNT", "key_none", "--overlap", "soon"),
            "Error: Invalid value for '--overlap': expected a span such as 90s, 30m, 24h or 7d, got soon",
        ),
        (
            ("keys", "create", "ACCOUNT", "--gateway"),
            "Error: Expected a usage plan in the settings for gateway, got none",
        ),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(account: str, words: tuple[str, ...], complaint: str) -> None:
    """Never with a trace, never with silence."""
    words = tuple(account if word == "ACCOUNT" else word for word in words)

    assert complaint.replace("ACCOUNT", account) == refused(*words)


def test_settings_that_cannot_be_used_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the name that they have in the environment."""
    monkeypatch.setenv("CLEARCUT_HOLD_SECONDS", "soon")

    assert "CLEARCUT_HOLD_SECONDS" in refused("accounts", "list")


def test_a_store_that_cannot_be_reached_says_why(home: Path) -> None:
    """The owner may know, other than a caller."""
    (home / "accounts.sqlite3").write_bytes(b"not a database " * 100)

    assert refused("accounts", "list").endswith("file is not a database")


def test_help_opens_no_books(home: Path) -> None:
    """Nor does it make any."""
    assert "ACCOUNT" in told("keys", "create", "--help")
    assert [] == list(home.iterdir())


def test_a_table_lines_its_numbers_up() -> None:
    """Words to the left, numbers to the right."""
    made = table(("NAME", "CREDITS"), [("a", "12.5"), ("long name", "-3")])

    assert "NAME       CREDITS\n---------  -------\na             12.5\nlong name       -3" == made


def test_the_secret_of_webhooks_is_the_accounts_own_and_stays(account: str) -> None:
    """In the form that receivers' libraries take; an account that is not there has none."""
    other = told("accounts", "create", "Bob")
    secrets = [told("accounts", "webhook-secret", each) for each in (account, account, other)]

    assert all(re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret) for secret in secrets)
    assert [2, 2, 1] == [secrets.count(secret) for secret in secrets]
    assert "no account org_x" in refused("accounts", "webhook-secret", "org_x")
