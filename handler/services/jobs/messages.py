"""What the queues carry: names of jobs, never a picture."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkMessage:
    """A job is to be worked on."""

    job_id: str

    def text(self) -> str:
        """As a queue carries it."""
        return json.dumps({"job": self.job_id})


@dataclass(frozen=True, slots=True)
class NoticeMessage:
    """
    A job's end is to be told.

    Attributes:
        attempt: how many were made before.
        due_us: no sooner than this.
    """

    job_id: str
    attempt: int = 0
    due_us: int = 0

    def text(self) -> str:
        """As a queue carries it."""
        return json.dumps({"notice": self.job_id, "attempt": self.attempt, "due_us": self.due_us})


def read_message(text: str) -> WorkMessage | NoticeMessage | None:
    """Read what a queue carried; None where it is nothing of ours."""
    try:
        content = json.loads(text)
    except ValueError:
        return None
    match content:
        case {"job": str(job_id)}:
            return WorkMessage(job_id)
        case {"notice": str(job_id), "attempt": int(attempt), "due_us": int(due_us)}:
            return NoticeMessage(job_id, attempt, due_us)
        case _:
            return None
