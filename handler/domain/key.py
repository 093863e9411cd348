"""
API keys: `ck_live_` or `ck_test_`, 131 random bits in base62, and a CRC-32 in base62.

The checksum lets a typo or a fake be refused without a look-up. Only a digest of a key is ever kept.
API Gateway takes no underscore in a key, so the same key has a second spelling without them; both
name one key, whose digest is that of the spelling with underscores.
"""

import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from handler.domain.identifiers import encode62, random62

_RANDOM_CHARS = 22
_CHECKSUM_CHARS = 6
_FORM = re.compile(
    rf"ck(?P<bar>_?)(?P<world>live|test)(?P=bar)"
    rf"(?P<random>[0-9A-Za-z]{{{_RANDOM_CHARS}}})(?P<checksum>[0-9A-Za-z]{{{_CHECKSUM_CHARS}}})",
)


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """
    What is kept of a key.

    Attributes:
        digest: SHA-256 of the key, in hex.
        last_four: for a person to tell keys apart.
        last_used_at_us: to the hour.
        expires_at_us: the end of the overlap, for a key that was rotated.
        account_suspended: copied from the account, so that one read settles a request's credential.
        gateway_key_id: the API Gateway key of the same value.
    """

    id: str
    account_id: str
    digest: str
    label: str
    test: bool
    last_four: str
    created_at_us: int
    last_used_at_us: int | None = None
    expires_at_us: int | None = None
    revoked_at_us: int | None = None
    account_suspended: bool = False
    gateway_key_id: str | None = None

    def is_usable(self, now_us: int) -> bool:
        """Whether the key opens anything."""
        is_over = self.expires_at_us is not None and self.expires_at_us <= now_us
        return self.revoked_at_us is None and not is_over


def mint_key(*, test: bool) -> tuple[str, str]:
    """A new key in the spelling that people are shown, and its digest."""
    stem = f"ck_{'test' if test else 'live'}_{random62(_RANDOM_CHARS)}"
    key = stem + _checksum(stem)
    return key, _digest(key)


def key_digest(presented: str) -> str | None:
    """The digest to look a presented key up by, or None where it cannot be a key."""
    match = _FORM.fullmatch(presented)
    if match is None:
        return None
    stem = f"ck_{match['world']}_{match['random']}"
    if match["checksum"] != _checksum(stem):
        return None
    return _digest(stem + match["checksum"])


def presented_key(headers: Mapping[str, str]) -> str | None:
    """What a request shows as its key: `x-api-key`, else `Authorization: Bearer`; names in lower case."""
    if key := headers.get("x-api-key"):
        return key.strip()
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() or None if scheme.lower() == "bearer" else None


def gateway_spelling(key: str) -> str:
    """The same key as API Gateway takes it: letters and digits only."""
    return key.replace("_", "")


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _checksum(stem: str) -> str:
    return encode62(zlib.crc32(stem.encode()), _CHECKSUM_CHARS)
