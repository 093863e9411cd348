"""The time that a download has, whichever stage it is in."""

import time

from handler.domain.errors import ClearcutError, DeadlineExceededError, ImageUrlFailedError
from handler.domain.limits import Deadline


class Countdown:
    """Runs out after so many seconds, or with the request's own deadline where that is sooner."""

    def __init__(self, deadline: Deadline, total_seconds: float) -> None:
        self._request_is_sooner = deadline.left_seconds() < total_seconds
        self._ends_at = deadline.at_seconds if self._request_is_sooner else time.monotonic() + total_seconds
        self._total_seconds = total_seconds

    def left_seconds(self) -> float:
        """What is left, always more than 0; raises once nothing is."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise self.expired()
        return left

    def expired(self) -> ClearcutError:
        """What to say once the time is up."""
        if self._request_is_sooner:
            return DeadlineExceededError()
        return ImageUrlFailedError(f"The download took longer than {self._total_seconds:g} seconds")
