"""What signed addresses lead to on this machine."""

from collections.abc import Mapping

from handler.domain.errors import ImageTooLargeError, MissingImageError, NotFoundError
from handler.domain.result import StoredFile
from handler.stores.local.addresses import Addresses
from handler.stores.local.objects import LocalObjects


class LocalFiles:
    """Reads and writes objects for whoever has an address; no name is looked at that was not signed."""

    def __init__(self, objects: LocalObjects, addresses: Addresses) -> None:
        self._objects = objects
        self._addresses = addresses

    def fetch(self, name: str, query: Mapping[str, str]) -> StoredFile:
        """The file of a link."""
        filename, media_type = self._addresses.read_link(name, query)
        data = self._objects.get(name)
        if data is None:
            raise NotFoundError("The file has been deleted, or has expired")
        return StoredFile(filename, media_type, data)

    def accept(self, name: str, fields: Mapping[str, str], data: bytes) -> None:
        """Keep a form's file."""
        max_bytes, media_type = self._addresses.read_form(name, fields)
        if len(data) > max_bytes:
            raise ImageTooLargeError(f"This form takes at most {max_bytes} bytes")
        if not data:
            raise MissingImageError("The file has no bytes")
        self._objects.put(name, data, media_type)
