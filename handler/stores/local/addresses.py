"""Addresses of this service that carry their own permission, signed as S3's are."""

import hmac
import json
import time
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

from handler.domain.errors import PermissionDeniedError
from handler.domain.keeping import PostForm
from handler.ports import SigningSecret

PATH = "/files"
# The secret signs other things too, so each has a key of its own.
_PURPOSE = b"clearcut signed addresses"
_REFUSAL = "The address is not valid, or not any longer"


class Addresses:
    """Signs what may be done with a name, and reads it back."""

    def __init__(self, base_url: str, secret: SigningSecret, clock: Callable[[], float] = time.time) -> None:
        self._base_url = base_url
        self._secret = secret
        self._clock = clock

    def link(self, name: str, seconds: int, filename: str, media_type: str) -> str:
        """An address that reads."""
        terms = {"filename": filename, "type": media_type, "expires": self._expiry(seconds)}
        return f"{self._url(name)}?{urlencode(self._signed('GET', name, terms), quote_via=quote)}"

    def form(self, name: str, max_bytes: int, media_type: str, seconds: int) -> PostForm:
        """A form that writes."""
        terms = {"Content-Type": media_type, "max-bytes": str(max_bytes), "expires": self._expiry(seconds)}
        return PostForm(self._url(name), tuple(self._signed("POST", name, terms).items()))

    def read_link(self, name: str, query: Mapping[str, str]) -> tuple[str, str]:
        """File name and media type of a link that is valid now."""
        terms = self._checked("GET", name, query, ("filename", "type", "expires"))
        return terms["filename"], terms["type"]

    def read_form(self, name: str, fields: Mapping[str, str]) -> tuple[int, str]:
        """Most bytes and media type of a form that is valid now."""
        terms = self._checked("POST", name, fields, ("Content-Type", "max-bytes", "expires"))
        return int(terms["max-bytes"]), terms["Content-Type"]

    def _url(self, name: str) -> str:
        return f"{self._base_url}{PATH}/{name}"

    def _expiry(self, seconds: int) -> str:
        return str(int(self._clock()) + seconds)

    def _signed(self, method: str, name: str, terms: Mapping[str, str]) -> dict[str, str]:
        key = hmac.digest(self._secret.read(), _PURPOSE, "sha256")
        # As JSON, so that no two lists of terms are one text.
        message = json.dumps([method, name, *terms.items()]).encode()
        return {**terms, "signature": hmac.digest(key, message, "sha256").hex()}

    def _checked(
        self, method: str, name: str, given: Mapping[str, str], expected: tuple[str, ...]
    ) -> dict[str, str]:
        terms = {term: given.get(term, "") for term in expected}
        signature = self._signed(method, name, terms)["signature"]
        if not hmac.compare_digest(signature.encode(), given.get("signature", "").encode()):
            raise PermissionDeniedError(_REFUSAL)
        if int(terms["expires"]) <= self._clock():
            raise PermissionDeniedError(_REFUSAL)
        return terms
