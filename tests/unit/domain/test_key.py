"""The form of keys."""

import hashlib
import re

import pytest

from handler.domain.identifiers import ALPHABET
from handler.domain.key import gateway_spelling, key_digest, mint_key


@pytest.mark.parametrize("test", [True, False])
def test_a_key_shows_its_kind_and_checks_out(*, test: bool) -> None:
    """People and secret scanners know it by its prefix."""
    key, digest = mint_key(test=test)

    assert re.fullmatch(rf"ck_{'test' if test else 'live'}_[0-9A-Za-z]{{28}}", key)
    assert hashlib.sha256(key.encode()).hexdigest() == digest == key_digest(key)


def test_the_gateway_spelling_names_the_same_key() -> None:
    """API Gateway takes 20 to 128 letters and digits, nothing else."""
    key, digest = mint_key(test=False)
    spelling = gateway_spelling(key)

    assert re.fullmatch(r"[0-9A-Za-z]{20,128}", spelling)
    assert digest == key_digest(spelling)


def test_keys_carry_128_random_bits() -> None:
    """The random part of a thousand keys never repeats and uses the whole alphabet."""
    parts = [mint_key(test=False)[0][8:30] for _ in range(1000)]

    assert 62**22 >= 2**128
    assert 1000 == len(set(parts))
    assert set(ALPHABET) == set("".join(parts))


def test_any_single_typo_is_noticed_without_a_look_up() -> None:
    """A changed character, or two neighbours swapped, breaks the checksum."""
    key, _ = mint_key(test=True)
    changed = [key[:n] + ("a" if key[n] != "a" else "b") + key[n + 1 :] for n in range(len(key))]
    swapped = [
        key[:n] + key[n + 1] + key[n] + key[n + 2 :] for n in range(len(key) - 1) if key[n] != key[n + 1]
    ]

    assert {None} == {key_digest(typo) for typo in (*changed, *swapped)}


def test_a_key_of_the_other_world_is_no_key() -> None:
    """The checksum covers the prefix, so a test key cannot be passed for a live one."""
    key, _ = mint_key(test=True)

    assert key_digest(key.replace("test", "live")) is None


@pytest.mark.parametrize(
    "presented", ["", " ", "ck_live_", "ck_livex", "x" * 10_000, "ck_live_" + "é" * 28, "\x00"]
)
def test_what_is_no_key_has_no_digest(presented: str) -> None:
    """Whatever comes in a header is safe to look at."""
    assert key_digest(presented) is None


def test_a_key_with_something_around_it_is_no_key() -> None:
    """No spelling but the two."""
    key, _ = mint_key(test=True)

    for wrong in (key + "\n", " " + key, key.replace("_", "-"), key.replace("_", "", 1), key.upper()):
        assert key_digest(wrong) is None
