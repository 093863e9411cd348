"""What jobs need of a store."""

from collections.abc import Iterable
from typing import Protocol

from handler.domain.job import Job


class JobStore(Protocol):
    """
    Jobs by their ids.

    Every change is one write on the condition that the job is still as it was read, so that of two
    writers one succeeds. Raises StoreUnavailableError where an outcome is not known.
    """

    def create(self, job: Job) -> bool:
        """Keep a new job; False where another has its id. Repeated, it answers True again."""
        ...

    def read(self, job_id: str) -> Job | None:
        """The job as of now."""
        ...

    def replace(self, job: Job) -> bool:
        """
        Put the job in the place of its version before; False where that is not the one there.

        Repeated, it answers True again.
        """
        ...

    def unsettled(self) -> Iterable[Job]:
        """Every job that somebody has still to do something about, oldest first."""
        ...

    def forget_expired(self, now_us: int) -> tuple[Job, ...]:
        """
        Answer jobs whose results' time is over, each once; none where the store cleans by itself.

        That they were there is remembered for a while longer.
        """
        ...
