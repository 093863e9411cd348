"""After a job's end: its money, its clean-up and its notice, each as often as anybody likes."""

import logging
from dataclasses import replace

from handler.domain.errors import ClearcutError, DeadlineExceededError
from handler.domain.job import Job, JobFault, JobFile, JobState
from handler.domain.result import Rendering
from handler.services.jobs.claim import Claim
from handler.services.jobs.messages import NoticeMessage
from handler.services.jobs.rooms import JobRooms, follow_up

logger = logging.getLogger(__name__)


def fault_of(error: ClearcutError) -> JobFault:
    """An error as a job keeps it."""
    return JobFault(error.code, error.details or error.message)


def file_of(rendering: Rendering, object_name: str) -> JobFile:
    """A finished picture as a job keeps it."""
    return JobFile(
        variant=rendering.name,
        object_name=object_name,
        media_type=rendering.format.media_type,
        size_bytes=rendering.size_bytes,
        width=rendering.width,
        height=rendering.height,
        model=rendering.model,
    )


def files_of(job: Job) -> tuple[JobFile, ...]:
    """Every stored result."""
    files = tuple(file for item in job.items for file in item.files)
    return files if job.archive_file is None else (*files, job.archive_file)


def end(rooms: JobRooms, claim: Claim) -> Job:
    """End a job whose items are all done, and settle it."""
    ended = claim.job
    if ended.state.is_open:
        ended = claim.write(lambda job: job.ended(rooms.now_us()))
    return settle(rooms, ended)


def give_up(rooms: JobRooms, job: Job, error: ClearcutError) -> Job:
    """End a job that nobody works on; what it has finished is paid for and kept."""

    def step(current: Job) -> Job | None:
        now_us = rooms.now_us()
        if not current.state.is_open or current.is_leased(now_us):
            return None
        return current.given_up(fault_of(error), now_us)

    return settle(rooms, follow_up(rooms, job, step))


def settle(rooms: JobRooms, job: Job) -> Job:
    """Bring everything else to where the job's end wants it; only the last write says that it is done."""
    if job.settled or job.state.is_open:
        return job
    _end_hold(rooms, job)
    if job.state is JobState.CANCELLED:
        for name in (job.request_name, *(file.object_name for file in files_of(job))):
            rooms.objects.delete(name)
    elif job.webhook is not None and not job.webhook.attempts:
        rooms.notices.send(NoticeMessage(job.id).text())
    # A job that was cancelled meanwhile is to be settled once more, as that.
    return follow_up(
        rooms, job, lambda each: replace(each, settled=True) if each.state is job.state else None
    )


def _end_hold(rooms: JobRooms, job: Job) -> None:
    if not job.charge:
        rooms.accounts.release(job.hold)
        return
    try:
        rooms.accounts.commit(job.hold, back=job.hold.amount - job.charge)
    except DeadlineExceededError:
        logger.exception("job not charged: its hold had lapsed", extra={"job": job.id})
