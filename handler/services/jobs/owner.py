"""What a job's owner does with it: look, fetch a file, cancel."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from handler.domain.account import Caller
from handler.domain.errors import ExpiredError, JobNotFoundError, NotFoundError
from handler.domain.job import FileView, ItemView, Job, JobFile, JobState, JobView
from handler.domain.keeping import MAX_LINK_SECONDS
from handler.domain.rate import SECOND_US
from handler.domain.request import FileRequest, JobCancelRequest, JobQuery, JobWatch
from handler.domain.result import StoredFile
from handler.services.jobs.rooms import JobRooms, follow_up
from handler.services.jobs.settling import files_of, settle

_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class JobDesk:
    """Jobs, for those whose they are."""

    def __init__(self, rooms: JobRooms, max_body_bytes: int | None = None) -> None:
        self._rooms = rooms
        self._max_body_bytes = max_body_bytes

    def query(self, query: JobQuery, caller: Caller) -> JobView:
        """Tell how a job stands."""
        job = self.find(query.job_id, query.dialect, caller)
        if job.is_expired(self._rooms.now_us()):
            raise ExpiredError
        return self.view(job)

    def watch(self, watch: JobWatch) -> Iterator[JobView | None]:
        """Tell how a job stands at each look, to whoever knows its name."""
        if _ID.fullmatch(watch.job_id) is None:
            raise JobNotFoundError
        job = self._read(watch.job_id)
        if job is not None and job.is_expired(self._rooms.now_us()):
            raise ExpiredError
        return self._looks(watch)

    def _looks(self, watch: JobWatch) -> Iterator[JobView | None]:
        while True:
            job = self._read(watch.job_id)
            is_meant = (
                job is not None and job.dialect == watch.dialect and job.state is not JobState.CANCELLED
            )
            yield self.view(replace(job, with_bodies=False)) if job is not None and is_meant else None

    def cancel(self, request: JobCancelRequest, caller: Caller) -> JobView:
        """End a job, give back what it holds, and forget its results; again, there is no such job."""
        job = self.find(request.job_id, request.dialect, caller)
        settled = settle(self._rooms, follow_up(self._rooms, job, self._cancelled))
        # Of what it had made there is nothing left to lead to.
        return replace(self.view(settled), items=(), archive=None)

    def fetch(self, request: FileRequest) -> StoredFile:
        """Give one result to whoever knows the job's name, which nobody can guess."""
        job = self._read(request.job_id)
        if job is None or job.state is JobState.CANCELLED or request.dialect not in {None, job.dialect}:
            raise JobNotFoundError
        found = [file for file in files_of(job) if _filename(file) == request.filename]
        if not found or not request.fits(job.memo):
            raise NotFoundError
        if job.is_expired(self._rooms.now_us()):
            raise ExpiredError
        (file,) = found
        body = self._body(file)
        link = self._file(job, file).link if body is None else None
        return StoredFile(request.filename, file.media_type, body or b"", link)

    def view(self, job: Job) -> JobView:
        """Show a job, with links in the place of names."""
        return JobView(
            id=job.id,
            state=job.state,
            stage=job.stage,
            progress=job.progress,
            memo=job.memo,
            items=tuple(
                ItemView(
                    item.index,
                    item.state,
                    tuple(self._file(job, file, with_body=not job.archive) for file in item.files),
                    item.fault,
                )
                for item in job.items
            ),
            charged=job.hold.amount if job.state.is_open else job.charge,
            created_at=job.created_at_us / SECOND_US,
            started_at=_seconds(job.started_at_us),
            completed_at=_seconds(job.completed_at_us),
            expires_at=_seconds(job.expires_at_us),
            fault=job.fault,
            archive=None if job.archive_file is None else self._file(job, job.archive_file),
            webhook=job.webhook.attempts if job.webhook else (),
        )

    def find(self, job_id: str, dialect: str, caller: Caller) -> Job:
        """The job, for the one dialect and account whose it is."""
        job = self._read(job_id)
        # Where an address is the right to use it, there is no account to compare with.
        is_owner = job is not None and caller.account_id in {"", job.account_id}
        if job is None or not is_owner or job.dialect != dialect or job.state is JobState.CANCELLED:
            raise JobNotFoundError
        return job

    def _read(self, job_id: str) -> Job | None:
        # A store need not be asked for what never was an id.
        return self._rooms.jobs.read(job_id) if _ID.fullmatch(job_id) else None

    def _cancelled(self, job: Job) -> Job | None:
        if job.state is JobState.CANCELLED:
            return None
        return job.cancelled(self._rooms.now_us())

    def _file(self, job: Job, file: JobFile, *, with_body: bool = True) -> FileView:
        ends_at_us = job.expires_at_us or job.deadline_us
        left_seconds = math.ceil((ends_at_us - self._rooms.now_us()) / SECOND_US)
        seconds = max(1, min(left_seconds, MAX_LINK_SECONDS))
        filename = _filename(file)
        return FileView(
            variant=file.variant,
            filename=filename,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            link=self._rooms.objects.link(file.object_name, seconds, filename, file.media_type),
            width=file.width,
            height=file.height,
            model=file.model,
            body=self._body(file) if job.with_bodies and with_body else None,
        )

    def _body(self, file: JobFile) -> bytes | None:
        """The file's bytes; None where an answer could not hold them."""
        if self._max_body_bytes is not None and file.size_bytes > self._max_body_bytes:
            return None
        body = self._rooms.objects.get(file.object_name)
        if body is None:
            raise ExpiredError
        return body


def _filename(file: JobFile) -> str:
    return file.object_name.rpartition("/")[2]


def _seconds(at_us: int | None) -> float | None:
    return None if at_us is None else at_us / SECOND_US
