"""What tokens that work once need of a store."""

from typing import Protocol


class TokenUses(Protocol):
    """Which tokens were used; raises StoreUnavailableError where an outcome is not known."""

    def use(self, digest: str, expires_at_us: int) -> bool:
        """
        Note the use of a token, in one write; False where it was used before.

        A use whose answer was lost stays a use: repeated, this answers False. The store remembers it at
        least until the token expires.
        """
        ...

    def forget_expired(self, now_us: int) -> None:
        """Forget the uses of tokens past their expiry, where the store does not by itself."""
        ...


class SigningSecret(Protocol):
    """What signatures are made with; raises StoreUnavailableError where it cannot be had."""

    def read(self) -> bytes:
        """At least 32 random bytes, the same for every process of the service."""
        ...
