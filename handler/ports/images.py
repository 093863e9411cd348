"""What a cut-out needs of the network where its picture is named by an address."""

from typing import Protocol

from handler.domain.limits import Deadline


class ImageSource(Protocol):
    """
    Pictures by their addresses, which callers write: nothing but the public web is ever reached.

    Raises ImageUrlInvalidError where the text is no such address, ImageUrlForbiddenError where it leads
    to what is not public, ImageTooLargeError beyond `max_bytes`, UnsupportedFormatError where the first
    bytes are no picture's, ImageUrlFailedError where nothing usable comes in time, and
    DeadlineExceededError where the request itself has no time left.
    """

    def fetch(self, url: str, max_bytes: int, deadline: Deadline) -> bytes:
        """The bytes of the file at the address."""
        ...
