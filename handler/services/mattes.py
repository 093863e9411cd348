"""
Mattes of pictures that were seen before, so that the same picture takes the model only once.

A matte is kept under a digest of the account, the picture's bytes, the model and every option that decides
the matte. The account is in it so that nobody can find out what others have sent. What is kept is checked in
full when it is read: whatever is not exactly what was written counts as not there, and so does a store that
fails.
"""

import hashlib
import json
import logging
import math
import time
import zlib
from collections.abc import Callable
from dataclasses import astuple, fields, replace
from typing import TypeVar

import numpy as np

from handler.domain.errors import StoreUnavailableError
from handler.domain.image import Box, Matte, Review
from handler.domain.request import Cut
from handler.domain.request.cut import AS_FOUND
from handler.ports import ObjectStore

logger = logging.getLogger(__name__)
T = TypeVar("T")

# A new number wherever a matte means something else than before.
_FORMAT = b"clearcut matte 1\n"
_DIGEST_BYTES = 32
_FASTEST = 1
SHUNNED_SECONDS = 30.0


class Mattes:
    """The kept mattes; without a store nothing is kept, and one that fails is left alone for a while."""

    def __init__(self, objects: ObjectStore | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._objects = objects
        self._clock = clock
        self._shunned_until = -math.inf

    def find(self, name: str) -> Matte | None:
        """The matte of this name, or None where it has to be found anew."""
        kept = self._attempt(lambda objects: objects.get(name))
        return None if kept is None else unpack(kept, name)

    def has(self, name: str) -> bool:
        """Whether there is one, told without reading it."""
        return self._attempt(lambda objects: objects.size(name)) is not None

    def keep(self, name: str, matte: Matte) -> None:
        """Keep a matte; where that fails, the next request finds it anew."""
        self._attempt(lambda objects: objects.put(name, pack(matte, name), "application/octet-stream"))

    def _attempt(self, action: Callable[[ObjectStore], T]) -> T | None:
        if self._objects is None or self._clock() < self._shunned_until:
            return None
        try:
            return action(self._objects)
        except StoreUnavailableError:
            # Each attempt takes seconds until it fails, of which a request has few.
            self._shunned_until = self._clock() + SHUNNED_SECONDS
            logger.warning("mattes neither read nor kept: the store is down")
            return None


def matte_name(account_id: str, digest: str, label: str, cut: Cut) -> str:
    """What a matte is kept under; how its edge is treated afterwards does not matter."""
    parts = (account_id, digest, label, replace(cut, edge=AS_FOUND))
    return f"mattes/{hashlib.sha256(repr(parts).encode()).hexdigest()}"


def pack(matte: Matte, name: str) -> bytes:
    """A matte as bytes, which say themselves whether they are whole and whose they are."""
    about = {field.name: getattr(matte, field.name) for field in fields(matte) if field.name != "alpha"}
    head = json.dumps({**about, "box": astuple(matte.box), "shape": matte.alpha.shape})
    body = head.encode() + b"\n" + zlib.compress(matte.alpha.tobytes(), _FASTEST)
    return _FORMAT + _seal(body, name) + body


def unpack(kept: bytes, name: str) -> Matte | None:
    """The matte, or None where the bytes are broken, or another one's, or of another time."""
    start = len(_FORMAT) + _DIGEST_BYTES
    body = kept[start:]
    if kept[:start] != _FORMAT + _seal(body, name):
        return None
    head, _, deflated = body.partition(b"\n")
    about = json.loads(head)
    alpha = np.frombuffer(zlib.decompress(deflated), np.uint8).reshape(about.pop("shape"))
    review = tuple(Review(reason) for reason in about["review"])
    return Matte(alpha, **{**about, "box": Box(*about["box"]), "review": review})


def _seal(body: bytes, name: str) -> bytes:
    # With every word that the body may hold: what an older or a newer version wrote is not read.
    words = [name, *(field.name for field in fields(Matte)), *Review, ""]
    return hashlib.sha256("\n".join(words).encode() + body).digest()
