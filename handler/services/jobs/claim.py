"""One worker's hold on one job: taken by one write, kept by a pulse, lost where another write came first."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from handler.domain.errors import ClearcutError
from handler.domain.job import ItemState, Job, JobFault, Lease
from handler.domain.rate import SECOND_US
from handler.services.jobs.rooms import JobRooms, follow_up

logger = logging.getLogger(__name__)

# A picture that killed its worker so often would kill the next one too.
MAX_CLAIMS_OF_ONE_ITEM = 3
PULSE_SECONDS = 0.5
_POISON = JobFault("internal_server_error", "The picture stopped its worker again and again")


class ClaimLostError(Exception):
    """Somebody else has the job by now, or nobody wants it any more."""


class Claim:
    """
    The job as its worker sees it.

    Two threads write it: the work itself, and the pulse, which tells how far the work has come and
    keeps the lease.
    """

    def __init__(self, rooms: JobRooms, job: Job) -> None:
        self._rooms = rooms
        self._job = job
        self._owner = job.lease.owner if job.lease else ""
        self._writing = threading.Lock()
        self._heard: tuple[str, float] | None = None
        self._is_lost = False

    @property
    def job(self) -> Job:
        """The job as it was last written."""
        return self._job

    def write(self, step: Callable[[Job], Job]) -> Job:
        """Take a step, with a fresh lease unless the step ends it."""
        with self._writing:
            self._job = follow_up(self._rooms, self._job, lambda job: self._renewed(step(self._mine(job))))
            return self._job

    def hear(self, stage: str, done: float) -> None:
        """Note how far the item in work has come, and stop the work where the claim is lost."""
        if self._is_lost:
            raise ClaimLostError
        self._heard = (stage, done)

    @contextmanager
    def pulse(self) -> Iterator[None]:
        """Tell and renew for as long as the block works."""
        stopping = threading.Event()
        beating = threading.Thread(target=self._beat, args=(stopping,), name="pulse", daemon=True)
        beating.start()
        try:
            yield
        finally:
            stopping.set()
            beating.join()

    def _beat(self, stopping: threading.Event) -> None:
        while not stopping.wait(PULSE_SECONDS):
            try:
                self._beat_once()
            except ClaimLostError:
                self._is_lost = True
                return
            except ClearcutError:
                logger.warning("pulse missed", extra={"job": self._job.id}, exc_info=True)

    def _beat_once(self) -> None:
        heard, self._heard = self._heard, None
        lease, now_us = self._job.lease, self._rooms.now_us()
        is_due = lease is not None and lease.until_us - now_us < self._lease_us() / 2
        # One that takes longer than its job may take is left to die.
        if heard is not None or (is_due and now_us < self._job.deadline_us):
            self.write(lambda job: _told(job, heard))

    def _mine(self, job: Job) -> Job:
        if not job.state.is_open or job.lease is None or job.lease.owner != self._owner:
            raise ClaimLostError
        return job

    def _renewed(self, job: Job) -> Job:
        if job.lease is None:
            return job
        until_us = self._rooms.now_us() + self._lease_us()
        return replace(job, lease=Lease(self._owner, until_us))

    def _lease_us(self) -> int:
        return int(self._rooms.rule.lease_seconds * SECOND_US)


def take(rooms: JobRooms, job: Job) -> Claim | None:
    """Claim a job that nobody has; None where somebody was faster."""
    now_us = rooms.now_us()
    lease = Lease(secrets.token_hex(16), now_us + int(rooms.rule.lease_seconds * SECOND_US))
    taken = follow_up(rooms, job, lambda each: _claimed(each, lease, now_us))
    return Claim(rooms, taken) if taken.lease == lease else None


def _claimed(job: Job, lease: Lease, now_us: int) -> Job | None:
    if not job.state.is_open or job.is_leased(now_us):
        return None
    if job.claims >= MAX_CLAIMS_OF_ONE_ITEM:
        waiting = next((item for item in job.items if item.state is ItemState.WAITING), None)
        if waiting is not None:
            # Only this one: the others have done nothing to anybody.
            job = job.with_item(replace(waiting, state=ItemState.FAILED, fault=_POISON))
        job = replace(job, claims=0)
    return job.claimed(lease, now_us)


def _told(job: Job, heard: tuple[str, float] | None) -> Job:
    if heard is None:
        return job
    stage, done = heard
    finished = sum(item.state is not ItemState.WAITING for item in job.items)
    progress = (finished + min(1.0, max(0.0, done))) / len(job.items)
    return replace(job, stage=stage, progress=max(job.progress, progress))
