"""Tokens that work once, for one thing, on one account."""

import base64
import hashlib
import hmac
import json
import string
from collections.abc import Callable
from pathlib import Path

import pytest

from handler.domain.account import Caller
from handler.domain.errors import InvalidParameterError, StoreUnavailableError, TokenRefusedError
from handler.services.tokens import MAX_PAYLOAD_CHARS, MAX_TTL_SECONDS, ClientTokens, Grant
from handler.stores.local.secret import LocalSecret
from tests.parallel import in_parallel
from tests.unit.services.conftest import Books

CALLER = Caller("org_a", "key_a", test=False)
ACTION = ("POST", "/v2/upload")
LETTERS = f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}-_"
PAYLOAD = '{"max_bytes": 5, "name": "\u00e9"}'


def base64_of(content: object) -> str:
    """JSON as a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@pytest.fixture
def tokens(books: Books, tmp_path: Path) -> ClientTokens:
    """Tokens of one service, with a clock that is set by hand."""
    return ClientTokens(books.backend.tokens, LocalSecret(tmp_path / "secret"), books.clock)


def test_a_token_gives_what_it_was_issued_with(tokens: ClientTokens) -> None:
    """Account, key, world and payload; the second time it gives nothing."""
    text = tokens.issue(CALLER, ACTION, PAYLOAD, 60)

    assert Grant(CALLER, PAYLOAD) == tokens.redeem(text, ACTION)
    with pytest.raises(TokenRefusedError):
        tokens.redeem(text, ACTION)


@pytest.mark.parametrize("action", [("PUT", "/v2/upload"), ("POST", "/v2/uploa"), ("POST", "/v2/upload/")])
def test_a_token_works_for_its_own_action_only(tokens: ClientTokens, action: tuple[str, str]) -> None:
    """And trying another one does not use it up."""
    text = tokens.issue(CALLER, ACTION, PAYLOAD, 60)
    with pytest.raises(TokenRefusedError):
        tokens.redeem(text, action)

    assert Grant(CALLER, PAYLOAD) == tokens.redeem(text, ACTION)


def test_a_token_expires_to_the_second(books: Books, tokens: ClientTokens) -> None:
    """Also where the store has forgotten it by then."""
    texts = [tokens.issue(CALLER, ACTION, PAYLOAD, 60) for _ in range(2)]
    books.clock.now += 59
    tokens.redeem(texts[0], ACTION)
    books.clock.now += 1
    tokens.sweep()

    for text in texts:
        with pytest.raises(TokenRefusedError):
            tokens.redeem(text, ACTION)


def forged(text: str, header: dict[str, str]) -> str:
    """The same claims under another header, signed with the empty key."""
    signed = f"{base64_of(header)}.{text.split('.')[1]}"
    digest = hmac.digest(b"", signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def with_claims(text: str, **claims: object) -> str:
    """Other claims under the same signature."""
    header, body, signature = text.split(".")
    found = json.loads(base64.urlsafe_b64decode(body + "=="))
    return f"{header}.{base64_of({**found, **claims})}.{signature}"


ALTERED: dict[str, Callable[[str], str]] = {
    "no algorithm": lambda text: f"{base64_of({'alg': 'none', 'typ': 'JWT'})}.{text.split('.')[1]}.",
    "another algorithm": lambda text: forged(text, {"alg": "HS512", "typ": "JWT"}),
    "the header in another order": lambda text: forged(text, {"typ": "JWT", "alg": "HS256"}),
    "no signature": lambda text: text.rpartition(".")[0] + ".",
    "a short signature": lambda text: text[:-1],
    "a long signature": lambda text: text + "A",
    "a padded signature": lambda text: text + "=",
    # The last of 43 signs has two bits that decoders drop.
    "another spelling of the signature": lambda text: text[:-1] + LETTERS[LETTERS.index(text[-1]) ^ 1],
    "another account": lambda text: with_claims(text, sub="org_b"),
    "more time": lambda text: with_claims(text, exp=2_000_000_000),
    "another payload": lambda text: with_claims(text, opt="{}"),
    "a blank": lambda text: text + " ",
    "another part": lambda text: text + ".x",
    "one part": lambda text: text.replace(".", ""),
    "other letters": lambda text: text + "\u00e9",
    "nothing": lambda _: "",
    "very much": lambda text: text + "A" * 100_000,
}


@pytest.mark.parametrize("alter", ALTERED.values(), ids=list(ALTERED))
def test_a_token_that_was_altered_is_refused(tokens: ClientTokens, alter: Callable[[str], str]) -> None:
    """Whatever was done to it, and the token itself still works."""
    text = tokens.issue(CALLER, ACTION, PAYLOAD, 60)
    with pytest.raises(TokenRefusedError):
        tokens.redeem(alter(text), ACTION)

    assert Grant(CALLER, PAYLOAD) == tokens.redeem(text, ACTION)


def test_another_services_token_is_refused(books: Books, tokens: ClientTokens, tmp_path: Path) -> None:
    """The secret is what makes it one's own."""
    other = ClientTokens(books.backend.tokens, LocalSecret(tmp_path / "other"), books.clock)
    with pytest.raises(TokenRefusedError):
        tokens.redeem(other.issue(CALLER, ACTION, PAYLOAD, 60), ACTION)


def test_a_token_is_short_and_short_lived(tokens: ClientTokens) -> None:
    """It has to fit into an address, and nobody issues one that lasts."""
    longest = tokens.issue(CALLER, ACTION, "x" * MAX_PAYLOAD_CHARS, MAX_TTL_SECONDS)

    assert len(longest) < 4096
    assert tokens.redeem(longest, ACTION).payload == "x" * MAX_PAYLOAD_CHARS
    with pytest.raises(InvalidParameterError):
        tokens.issue(CALLER, ACTION, "x" * (MAX_PAYLOAD_CHARS + 1), 60)
    for seconds in (0, MAX_TTL_SECONDS + 1):
        with pytest.raises(ValueError, match="seconds"):
            tokens.issue(CALLER, ACTION, "", seconds)


def test_without_the_secret_nothing_is_issued_or_redeemed(books: Books, tmp_path: Path) -> None:
    """A folder in its place, or a file that is too short to be one."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "short").write_bytes(b"x" * 31)
    for name in ("folder", "short"):
        tokens = ClientTokens(books.backend.tokens, LocalSecret(tmp_path / name), books.clock)
        with pytest.raises(StoreUnavailableError):
            tokens.issue(CALLER, ACTION, "", 60)


def test_a_machine_has_one_secret_that_only_its_owner_reads(tmp_path: Path) -> None:
    """However many processes ask for it first."""
    path = tmp_path / "new" / "secret"
    found = set(in_parallel(lambda _: LocalSecret(path).read(), 16))

    assert {path.read_bytes()} == found
    assert 32 == len(path.read_bytes())
    assert [("secret", 0o600)] == [(each.name, each.stat().st_mode & 0o777) for each in path.parent.iterdir()]
