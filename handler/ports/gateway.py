"""What keys need of an API gateway that meters them."""

from typing import Protocol


class GatewayKeys(Protocol):
    """Keys of a usage plan; raises StoreUnavailableError where the gateway refuses or cannot be reached."""

    def create(self, name: str, value: str) -> str:
        """Make a gateway key of this value, put it on the plan, and answer its id."""
        ...

    def delete(self, gateway_key_id: str) -> None:
        """Remove a gateway key; one that is gone already is no error."""
        ...
