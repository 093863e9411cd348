"""How much a request may cost before it is refused."""

import time
from dataclasses import dataclass

from handler.domain.errors import DeadlineExceededError


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one picture, each checked before the work that it bounds."""

    max_bytes: int = 20 * 1024 * 1024
    max_pixels: int = 50_000_000
    max_jpeg_scans: int = 100
    max_png_chunks: int = 10_000
    max_result_bytes: int | None = None
    max_body_seconds: float = 120.0
    max_stall_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock after which work stops."""

    at_seconds: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Start a deadline now."""
        return cls(time.monotonic() + seconds)

    def left_seconds(self) -> float:
        """How long from now; less than 0 once it has passed."""
        return self.at_seconds - time.monotonic()

    def check(self) -> None:
        """Raise once the time is up."""
        if time.monotonic() > self.at_seconds:
            raise DeadlineExceededError
