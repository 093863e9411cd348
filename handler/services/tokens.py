"""
Tokens with which whoever holds one may do one thing, once, on an account.

A token is a JWT of one fixed form: HS256, with a header that is compared and never read, so that there
is no algorithm to choose. It names the method and the path that take it, the account, and what exactly is
to be done. Its first use is one conditional write before any work; where that write's outcome is not
known, the token is refused and stays used.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from handler.domain.account import Caller
from handler.domain.errors import InvalidParameterError, TokenRefusedError
from handler.domain.identifiers import random62
from handler.domain.rate import SECOND_US
from handler.ports import SigningSecret, TokenUses

MAX_TTL_SECONDS = 3600
# A token travels in addresses, of which gateways take about 8 KB.
MAX_PAYLOAD_CHARS = 2000
_MAX_TOKEN_CHARS = 6000
# The secret signs other things too, so each has a key of its own.
_PURPOSE = b"clearcut single-use tokens"
_TYPE = "clearcut-once"


def _in_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


_HEADER = _in_base64(b'{"alg":"HS256","typ":"JWT"}')


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allowed: on whose account, and the payload that it was issued with."""

    caller: Caller
    payload: str = field(repr=False)


class ClientTokens:
    """Issues tokens and takes each of them back once."""

    def __init__(
        self, uses: TokenUses, secret: SigningSecret, clock: Callable[[], float] = time.time
    ) -> None:
        self._uses = uses
        self._secret = secret
        self._clock = clock

    def issue(self, caller: Caller, action: tuple[str, str], payload: str, ttl_seconds: int) -> str:
        """Make a token for one action, a method and a path, with a payload of the issuer's own."""
        if not 0 < ttl_seconds <= MAX_TTL_SECONDS:
            raise ValueError(f"{ttl_seconds} is not 1 to {MAX_TTL_SECONDS} seconds")
        if len(payload) > MAX_PAYLOAD_CHARS:
            raise InvalidParameterError(
                "options", f"at most {MAX_PAYLOAD_CHARS} characters in all", f"{len(payload)}"
            )
        now = int(self._clock())
        claims = {
            "typ": _TYPE,
            "jti": random62(22),
            "iat": now,
            "exp": now + ttl_seconds,
            "act": " ".join(action),
            "sub": caller.account_id,
            "key": caller.key_id,
            "test": caller.test,
            "opt": payload,
        }
        signed = f"{_HEADER}.{_in_base64(json.dumps(claims, separators=(',', ':')).encode())}"
        return f"{signed}.{self._signature(signed)}"

    def check(self, text: str, action: tuple[str, str]) -> dict[str, Any]:
        """Tell what a token says, or refuse it where it cannot work for this action; it is not used up."""
        claims = self._verified(text)
        if (claims["typ"], claims["act"]) != (_TYPE, " ".join(action)) or claims["exp"] <= self._clock():
            raise TokenRefusedError
        return claims

    def redeem(self, text: str, action: tuple[str, str]) -> Grant:
        """Use a token up for this action; what keeps it from working is not told."""
        claims = self.check(text, action)
        # The text has one spelling only: signature and header are compared as they are written.
        if not self._uses.use(hashlib.sha256(text.encode()).hexdigest(), claims["exp"] * SECOND_US):
            raise TokenRefusedError
        return Grant(Caller(claims["sub"], claims["key"], claims["test"]), claims["opt"])

    def sweep(self) -> None:
        """Forget uses that no token can repeat."""
        self._uses.forget_expired(int(self._clock() * SECOND_US))

    def _verified(self, text: str) -> dict[str, Any]:
        signed, _, signature = text.rpartition(".")
        header, _, body = signed.partition(".")
        if len(text) > _MAX_TOKEN_CHARS or not text.isascii() or header != _HEADER:
            raise TokenRefusedError
        if not hmac.compare_digest(signature, self._signature(signed)):
            raise TokenRefusedError
        # From here on these are this service's own words.
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=="))
        return claims

    def _signature(self, signed: str) -> str:
        key = hmac.digest(self._secret.read(), _PURPOSE, "sha256")
        return _in_base64(hmac.digest(key, signed.encode(), "sha256"))
