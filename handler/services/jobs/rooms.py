"""What every step of a job works with."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from handler.domain.errors import OverloadedError
from handler.domain.job import Job
from handler.domain.order import Order
from handler.domain.rate import SECOND_US
from handler.domain.request import CutoutRequest
from handler.domain.result import Rendering
from handler.ports import JobStore, MessageQueue, ObjectStore
from handler.services.accounts import Accounts

# Makes the pictures of one request; what they cost is no concern of the one who makes them.
Make = Callable[[CutoutRequest, Order], Sequence[Rendering]]
# A job is written by its worker, its owner and the sweep: more than that do not meet.
_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class JobRule:
    """
    How long things may take.

    Attributes:
        max_seconds: from a job's creation to its end, waiting included.
        item_seconds: one picture.
        lease_seconds: how long a worker that says nothing is taken to live.
        nudge_seconds: after how long a job that nobody works on gets another message.
    """

    max_seconds: float = 3600
    item_seconds: float = 27
    lease_seconds: float = 60
    nudge_seconds: float = 600


@dataclass(frozen=True, slots=True)
class JobRooms:
    """
    Stores, books and queues.

    Attributes:
        waiting: the queue of jobs.
        notices: the queue of webhooks to be told.
    """

    jobs: JobStore
    objects: ObjectStore
    accounts: Accounts
    waiting: MessageQueue
    notices: MessageQueue
    rule: JobRule
    clock: Callable[[], float] = time.time

    def now_us(self) -> int:
        """The time."""
        return int(self.clock() * SECOND_US)


def follow_up(rooms: JobRooms, job: Job, step: Callable[[Job], Job | None]) -> Job:
    """
    Write the job's next version, from whichever version is there by then.

    A step answers None where the job, as it is by now, is to stay so; the job is then given as it is.
    """
    current: Job | None = job
    for _ in range(_ATTEMPTS):
        if current is None:
            # It was forgotten, or never was.
            return job
        after = step(current)
        if after is None:
            return current
        if after.state is not current.state and not current.state.may_become(after.state):
            raise ValueError(f"a job does not go from {current.state} to {after.state}")
        written = replace(after, version=current.version + 1)
        if rooms.jobs.replace(written):
            return written
        current = rooms.jobs.read(job.id)
    raise OverloadedError("The job is written by too many at once")
