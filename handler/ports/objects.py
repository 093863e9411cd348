"""What large bodies need of a store."""

from collections.abc import Mapping
from typing import Protocol

from handler.domain.keeping import PostForm
from handler.domain.result import StoredFile


class ObjectStore(Protocol):
    """
    Bytes under names whose first part says how long they are kept: see `handler.domain.keeping`.

    A write is whole or absent, never partial; what is past its time is not there. Raises
    StoreUnavailableError.
    """

    def put(self, name: str, data: bytes, media_type: str) -> None:
        """Keep the bytes, in the place of any that had the name."""
        ...

    def get(self, name: str) -> bytes | None:
        """The bytes, or None where there are none."""
        ...

    def size(self, name: str) -> int | None:
        """How many bytes there are, told without reading them; None where there is nothing."""
        ...

    def delete(self, name: str) -> None:
        """Forget the bytes; a name that is not there is no error."""
        ...

    def link(self, name: str, seconds: int, filename: str, media_type: str) -> str:
        """An address that gives the bytes to whoever has it, under this file name, for so long."""
        ...

    def form(self, name: str, max_bytes: int, media_type: str, seconds: int) -> PostForm:
        """A form that takes 1 to `max_bytes` bytes of this type under the name, for so long."""
        ...

    def forget_expired(self) -> None:
        """Remove what is past its time, where the store does not by itself."""
        ...


class SignedFiles(Protocol):
    """
    The far end of a store's addresses, where the service answers them itself.

    Raises PermissionDeniedError where an address was not signed so or is past its time, and
    StoreUnavailableError.
    """

    def fetch(self, name: str, query: Mapping[str, str]) -> StoredFile:
        """The file of a link; raises NotFoundError where there is none."""
        ...

    def accept(self, name: str, fields: Mapping[str, str], data: bytes) -> None:
        """Keep a form's file; raises ImageTooLargeError, or MissingImageError where it is empty."""
        ...
