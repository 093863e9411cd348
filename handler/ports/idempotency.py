"""What repeatable requests need of a store."""

from typing import Protocol

from handler.domain.idempotency import Attempt


class AttemptStore(Protocol):
    """Who runs under which idempotency key; raises StoreUnavailableError where an outcome is not known."""

    def claim(self, attempt: Attempt, now_us: int) -> Attempt | None:
        """
        Take a key that is free: unknown, or forgotten by its expiry.

        Answers None once the key is the attempt's own (also where it already was), else the attempt
        that has it.
        """
        ...

    def replace(self, attempt: Attempt, owner: str) -> bool:
        """
        Put the attempt in the place of the one that `owner` has; False where another has it by now.

        Repeated, it answers True again.
        """
        ...

    def drop(self, attempt: Attempt) -> None:
        """Free the key where the attempt still owns it."""
        ...

    def forget_expired(self, now_us: int) -> tuple[Attempt, ...]:
        """Drop attempts past their expiry, and answer them; none where the store cleans by itself."""
        ...
