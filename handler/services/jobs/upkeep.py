"""What is done about jobs that nobody looks after: lost messages, dead messages, lapsed times."""

import logging
from dataclasses import replace

from handler.domain.errors import ClearcutError, DeadlineExceededError, InternalError
from handler.domain.job import Job
from handler.domain.rate import SECOND_US
from handler.services.jobs.messages import WorkMessage
from handler.services.jobs.rooms import JobRooms, follow_up
from handler.services.jobs.settling import files_of, give_up, settle

logger = logging.getLogger(__name__)

# Whoever ended a job is most likely about to settle it.
_SETTLING_SECONDS = 60


class JobUpkeep:
    """The sweep, and the end of dead messages."""

    def __init__(self, rooms: JobRooms) -> None:
        self._rooms = rooms

    def sweep(self) -> int:
        """Look after every job that is not settled, and forget old results; answers how many it moved."""
        moved = 0
        for job in self._rooms.jobs.unsettled():
            try:
                moved += self._look_after(job)
            except ClearcutError:
                logger.exception("job not looked after", extra={"job": job.id})
        for job in self._rooms.jobs.forget_expired(self._rooms.now_us()):
            for name in (job.request_name, *(file.object_name for file in files_of(job))):
                self._rooms.objects.delete(name)
        return moved

    def bury(self, job_id: str) -> None:
        """Fail a job whose message is dead, unless somebody works on it after all."""
        job = self._rooms.jobs.read(job_id)
        if job is not None:
            logger.error("message died", extra={"job": job_id})
            give_up(self._rooms, job, InternalError("The job could not be worked on"))

    def _look_after(self, job: Job) -> bool:
        rooms = self._rooms
        now_us = rooms.now_us()
        if not job.state.is_open:
            if now_us - (job.completed_at_us or 0) < _SETTLING_SECONDS * SECOND_US:
                return False
            return settle(rooms, job).settled
        if now_us >= job.deadline_us:
            return not give_up(rooms, job, DeadlineExceededError()).state.is_open
        quiet_since_us = max(job.nudged_at_us, job.lease.until_us if job.lease else 0)
        if now_us - quiet_since_us < rooms.rule.nudge_seconds * SECOND_US:
            return False
        nudged = follow_up(rooms, job, lambda each: _nudged(each, now_us))
        if nudged.nudged_at_us == now_us:
            rooms.waiting.send(WorkMessage(job.id).text())
        return nudged.nudged_at_us == now_us


def _nudged(job: Job, now_us: int) -> Job | None:
    return replace(job, nudged_at_us=now_us) if job.state.is_open and not job.is_leased(now_us) else None
