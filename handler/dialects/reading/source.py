"""The one picture among the names that a dialect has for it."""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handler.dialects.base import Inbound, Upload
from handler.domain.errors import InvalidParameterError, MissingImageError, MultipleImagesError
from handler.domain.request import ImageUrl, Source, StoredImage

RAW_NAME = ""
# JSON can say it, and nothing can write it down again.
_HALF_A_SIGN = re.compile("[\ud800-\udfff]")
_DATA_PREFIX = re.compile(r"data:[^,]{0,200};base64,", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SourceNames:
    """
    Under which names a picture may come.

    Attributes:
        files: of file parts.
        urls: of fields that hold an address.
        base64s: of fields that hold the picture itself.
        uploads: of fields that name a picture uploaded earlier.
        raw: whether the whole body may be the picture.
        hint: how to send one, for whoever sent none.
    """

    files: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    base64s: tuple[str, ...] = ()
    uploads: tuple[str, ...] = ()
    raw: bool = False
    hint: str = ""

    @property
    def of_texts(self) -> tuple[str, ...]:
        """Names of fields that hold text."""
        return (*self.urls, *self.base64s, *self.uploads)

    @property
    def every(self) -> tuple[str, ...]:
        """Every name, the raw body's too where that is taken."""
        return (*self.files, *self.of_texts, *((RAW_NAME,) if self.raw else ()))

    def only(self, inbound: Inbound) -> Source:
        """The request's only picture; none is an error, and so are several."""
        if len(self.given(inbound)) > 1:
            raise MultipleImagesError(f"Send one of {', '.join(filter(None, self.every))}")
        found = self.first(inbound)
        if found is not None:
            return found
        strange = [upload.name for upload in inbound.files if upload.name not in self.every]
        if strange:
            raise MissingImageError(f"A file came in the field '{strange[0][:50]}'. {self.hint}")
        raise MissingImageError(self.hint)

    def given(self, inbound: Inbound) -> tuple[str, ...]:
        """Each of these names that the request holds, as often as it holds it."""
        texts = [name for name, _ in self._texts(inbound)]
        return (*(upload.name for upload in self._uploads(inbound)), *texts)

    def first(self, inbound: Inbound) -> Source | None:
        """The request's picture, for dialects where it may be missing; files go first."""
        for upload in self._uploads(inbound):
            return _not_empty(upload.data, upload.name or "body")
        for name, text in self._texts(inbound):
            return self._read(name, text)
        return None

    def schema(self, *, files: bool = True) -> Mapping[str, Any]:
        """What OpenAPI says of each name; JSON has no files."""
        return {
            **{name: {"type": "string", "format": "binary"} for name in self.files if files},
            **{name: {"type": "string", "format": "uri"} for name in self.urls},
            **{name: {"type": "string"} for name in (*self.base64s, *self.uploads)},
        }

    def _uploads(self, inbound: Inbound) -> list[Upload]:
        names = {*self.files, *((RAW_NAME,) if self.raw else ())}
        return [upload for upload in inbound.files if upload.name in names]

    def _texts(self, inbound: Inbound) -> list[tuple[str, str]]:
        names = {*self.files, *self.of_texts}
        return [pair for pair in (*inbound.query, *inbound.fields) if pair[0] in names]

    def _read(self, name: str, text: str) -> Source:
        if name in self.files:
            # A file field's name that comes as text is a caller's slip, which deserves its own words.
            slip = f"'{name}' came as text, not as a file; with curl, write -F '{name}=@photo.jpg'"
            raise MissingImageError(slip)
        if name in self.base64s:
            return _not_empty(_decode(name, text), name)
        if not text.strip():
            raise MissingImageError(f"'{name}' is empty")
        if _HALF_A_SIGN.search(text):
            raise InvalidParameterError(name, "whole characters", "half of a surrogate pair")
        return ImageUrl(text.strip()) if name in self.urls else StoredImage(text.strip())


def _not_empty(data: bytes, where: str) -> bytes:
    if not data:
        raise MissingImageError(f"The picture in '{where}' has no bytes")
    return data


def _decode(name: str, text: str) -> bytes:
    prefix = _DATA_PREFIX.match(text)
    body = text[prefix.end() :] if prefix else text
    try:
        return binascii.a2b_base64(body, strict_mode=True)
    except ValueError:
        # Most send it in one line; to look through megabytes for line ends takes as long as to decode them.
        return _decode_lines(name, body)


def _decode_lines(name: str, body: str) -> bytes:
    try:
        return binascii.a2b_base64("".join(body.split()), strict_mode=True)
    except ValueError as error:
        raise InvalidParameterError(name, "base64 of a picture", "text that is not base64") from error
