"""What notices need of the network."""

from collections.abc import Mapping
from typing import Protocol


class Courier(Protocol):
    """
    Brings notices to addresses that callers wrote: nothing but the public web is ever reached.

    Raises the errors of an ImageSource where an address cannot be used or nobody answers there.
    """

    def check(self, url: str) -> None:
        """Refuse an address that could never be used, without asking the network."""
        ...

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Bring it there, and answer the status; redirects are not followed."""
        ...
