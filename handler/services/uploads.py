"""
Pictures that callers upload for later, past the limits of one request.

An upload's name holds its account's id, so nobody finds another's; the store itself forgets it after its
day. Unknown, expired, malformed and another account's are the same refusal. An id is a random UUID, as some
vendors' clients expect, whose last digit tells the picture's type: a link needs it and a name keeps it.
"""

import re
import time
import uuid
from collections.abc import Callable

from handler.domain.account import Caller
from handler.domain.errors import (
    ImageTooLargeError,
    InvalidParameterError,
    UploadNotFoundError,
    ZeroRetentionError,
)
from handler.domain.keeping import ENDINGS, MAX_LINK_SECONDS, media_type_of
from handler.domain.request import UploadTicketRequest
from handler.domain.result import UploadTicket
from handler.pipeline.decode.sniff import format_of
from handler.ports import ObjectStore

_TYPES = tuple(ENDINGS)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class Uploads:
    """Each account's uploads; without objects nothing may be stored."""

    def __init__(
        self, objects: ObjectStore | None, max_bytes: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._kept = objects
        self._max_bytes = max_bytes
        self._clock = clock

    def open_upload(self, caller: Caller, request: UploadTicketRequest) -> UploadTicket:
        """Let the caller send one picture of this type and at most this size."""
        if request.media_type not in ENDINGS:
            raise InvalidParameterError("content_type", f"one of {', '.join(ENDINGS)}", request.media_type)
        if request.size_bytes < 1:
            raise InvalidParameterError("bytes", "1 or more", str(request.size_bytes))
        self._check_size(request.size_bytes, self._max_bytes)
        upload_id = _new_id(request.media_type)
        name = _name(caller.account_id, upload_id)
        form = self._objects.form(name, request.size_bytes, request.media_type, MAX_LINK_SECONDS)
        expires_at = self._clock() + MAX_LINK_SECONDS
        return UploadTicket(upload_id, form.url, form.fields, expires_at, request.size_bytes)

    def keep(self, account_id: str, data: bytes) -> str:
        """Keep a picture that is here already, and name it."""
        self._check_size(len(data), self._max_bytes)
        media_type = media_type_of(format_of(data))
        upload_id = _new_id(media_type)
        self._objects.put(_name(account_id, upload_id), data, media_type)
        return upload_id

    def load(self, account_id: str, upload_id: str, max_bytes: int | None = None) -> bytes:
        """The picture; one that has too many bytes is refused before any is read."""
        name = _name(account_id, upload_id)
        size = self._objects.size(name)
        if size is None:
            raise UploadNotFoundError
        self._check_size(size, self._max_bytes if max_bytes is None else max_bytes)
        data = self._objects.get(name)
        if data is None:
            raise UploadNotFoundError
        return data

    def link(self, account_id: str, upload_id: str) -> str:
        """Where the picture is to be had for a while."""
        name = _name(account_id, upload_id)
        media_type = _TYPES[int(upload_id[-1], 16)]
        return self._objects.link(name, MAX_LINK_SECONDS, f"{upload_id}.{ENDINGS[media_type]}", media_type)

    def delete(self, account_id: str, upload_id: str) -> None:
        """Forget the picture; one that is not there is no error."""
        self._objects.delete(_name(account_id, upload_id))

    @property
    def _objects(self) -> ObjectStore:
        if self._kept is None:
            raise ZeroRetentionError
        return self._kept

    @staticmethod
    def _check_size(size_bytes: int, max_bytes: int) -> None:
        if size_bytes > max_bytes:
            raise ImageTooLargeError(f"Maximum file size is {max_bytes / 2**20:g}MB ({max_bytes} bytes)")


def _new_id(media_type: str) -> str:
    return f"{str(uuid.uuid4())[:-1]}{_TYPES.index(media_type):x}"


def _name(account_id: str, upload_id: str) -> str:
    if _ID.fullmatch(upload_id) is None or int(upload_id[-1], 16) >= len(_TYPES):
        raise UploadNotFoundError
    return f"uploads/{account_id}/{upload_id}"
