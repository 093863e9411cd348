"""How far a job has come."""

from enum import StrEnum


class JobState(StrEnum):
    """How far a job has come."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether there is still work to do."""
        return self in {JobState.QUEUED, JobState.PROCESSING}

    def may_become(self, later: "JobState") -> bool:
        """Whether the step leads forward."""
        return _RANKS[self] < _RANKS[later]


_RANKS = {
    JobState.QUEUED: 0,
    JobState.PROCESSING: 1,
    JobState.COMPLETED: 2,
    JobState.FAILED: 2,
    JobState.CANCELLED: 3,
}
