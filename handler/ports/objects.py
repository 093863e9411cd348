"""What large bodies need of a store."""

from typing import Protocol


class ObjectStore(Protocol):
    """
    Bytes under names of letters, digits, `-`, `_`, `.` and `/`.

    A write is whole or absent, never partial. Raises StoreUnavailableError.
    """

    def put(self, name: str, data: bytes, media_type: str) -> None:
        """Keep the bytes, in the place of any that had the name."""
        ...

    def get(self, name: str) -> bytes | None:
        """The bytes, or None where there are none."""
        ...

    def delete(self, name: str) -> None:
        """Forget the bytes; a name that is not there is no error."""
        ...
