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
import zlib
from dataclasses import astuple, fields, replace

import numpy as np

from handler.domain.errors import StoreUnavailableError
from handler.domain.image import Box, Matte, Review
from handler.domain.request import Cut
from handler.domain.request.cut import AS_FOUND
from handler.ports import ObjectStore

logger = logging.getLogger(__name__)

# A new number wherever a matte means something else than before.
_FORMAT = b"clearcut matte 1\n"
_DIGEST_BYTES = 32
_FASTEST = 1


class Mattes:
    """The kept mattes; without a store nothing is kept."""

    def __init__(self, objects: ObjectStore | None) -> None:
        self._objects = objects

    def find(self, name: str) -> Matte | None:
        """The matte of this name, or None where it has to be found anew."""
        if self._objects is None:
            return None
        try:
            kept = self._objects.get(name)
        except StoreUnavailableError:
            logger.warning("kept matte not read: the store is down")
            return None
        return None if kept is None else unpack(kept, name)

    def has(self, name: str) -> bool:
        """Whether there is one, told without reading it."""
        try:
            return self._objects is not None and self._objects.size(name) is not None
        except StoreUnavailableError:
            return False

    def keep(self, name: str, matte: Matte) -> None:
        """Keep a matte; where that fails, the next request finds it anew."""
        if self._objects is None:
            return
        try:
            self._objects.put(name, pack(matte, name), "application/octet-stream")
        except StoreUnavailableError:
            logger.warning("matte not kept: the store is down")


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
    return hashlib.sha256(name.encode() + b"\n" + body).digest()
