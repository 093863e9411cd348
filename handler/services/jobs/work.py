"""Doing a job: claim it, make each picture, keep what was made, end it."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import replace

from handler.domain.account import Caller
from handler.domain.errors import (
    ClearcutError,
    DeadlineExceededError,
    InternalError,
    OverloadedError,
    StoreUnavailableError,
)
from handler.domain.job import ItemState, Job, JobFault, JobFile, JobItem, JobState
from handler.domain.keeping import results_folder
from handler.domain.limits import Deadline
from handler.domain.order import Order
from handler.domain.request import CutoutRequest, Delivery
from handler.domain.result import Rendering
from handler.services.jobs.archive import store_archive
from handler.services.jobs.claim import Claim, ClaimLostError, take
from handler.services.jobs.messages import WorkMessage
from handler.services.jobs.requests import load_requests
from handler.services.jobs.rooms import JobRooms, Make
from handler.services.jobs.settling import end, fault_of, file_of, settle

logger = logging.getLogger(__name__)

# What passes by itself: the item is tried again, and nobody is told of a failure.
_PASSING = (StoreUnavailableError, OverloadedError)
_RETRY_SECONDS = 30.0
_GONE = JobFault("expired", "The job's pictures are gone")


class JobWork:
    """The use case of one job, by any number of workers at once."""

    def __init__(self, rooms: JobRooms, make: Make) -> None:
        self._rooms = rooms
        self._make = make

    def run(self, job_id: str, deadline: Deadline) -> float | None:
        """
        Work on a job for as long as there is time.

        Answers after how many seconds its message should come again; None where the message is done.
        """
        rooms = self._rooms
        job = rooms.jobs.read(job_id)
        if job is None:
            # It is written before its message is sent, so it was forgotten since.
            return None
        if not job.state.is_open:
            settle(rooms, job)
            return None
        claim = take(rooms, job)
        if claim is None:
            return self._seconds_of_lease(job_id)
        try:
            with claim.pulse():
                self._work(claim, deadline)
        except ClaimLostError:
            logger.info("job lost to another or cancelled", extra={"job": job_id})
            return None
        except _PASSING:
            logger.warning("job interrupted", extra={"job": job_id}, exc_info=True)
            self._let_go(claim)
            return _RETRY_SECONDS
        return None

    def _work(self, claim: Claim, deadline: Deadline) -> None:
        requests = load_requests(self._rooms, claim.job)
        waiting = [item for item in claim.job.items if item.state is ItemState.WAITING]
        for item in waiting:
            outcome = None
            if requests is None:
                outcome = replace(item, state=ItemState.FAILED, fault=_GONE)
            elif item is waiting[0] or deadline.left_seconds() >= self._rooms.rule.item_seconds / 4:
                # The first one gets what there is, so that each message brings the job forward.
                outcome = self._outcome(claim, item, requests[item.index], deadline)
            if outcome is None:
                self._pass_on(claim)
                return
            self._note(claim, outcome)
        self._pack(claim)
        end(self._rooms, claim)

    def _note(self, claim: Claim, outcome: JobItem) -> None:
        with self._forgetting(claim, outcome.files):
            claim.write(lambda job: job.with_item(outcome))

    def _pack(self, claim: Claim) -> None:
        archive = store_archive(self._rooms, claim.job) if claim.job.archive else None
        if archive is not None:
            with self._forgetting(claim, (archive,)):
                claim.write(lambda job: replace(job, archive_file=archive))

    @contextlib.contextmanager
    def _forgetting(self, claim: Claim, files: tuple[JobFile, ...]) -> Iterator[None]:
        """Leave nothing of a job that was cancelled between a file's making and its entry in the job."""
        try:
            yield
        except ClaimLostError:
            job = self._rooms.jobs.read(claim.job.id)
            # Where another worker has it, these are its files too.
            if job is None or job.state is JobState.CANCELLED:
                for file in files:
                    self._rooms.objects.delete(file.object_name)
            raise

    def _pass_on(self, claim: Claim) -> None:
        """Let another go on, by a message of its own: this one has been received often enough."""
        claim.write(lambda job: replace(job, lease=None, claims=0))
        self._rooms.waiting.send(WorkMessage(claim.job.id).text())

    def _let_go(self, claim: Claim) -> None:
        """Let the next try begin at once, and not count this one, as far as the store lets us."""
        with contextlib.suppress(ClearcutError, ClaimLostError):
            claim.write(lambda job: replace(job, lease=None, claims=max(0, job.claims - 1)))

    def _outcome(
        self, claim: Claim, item: JobItem, request: CutoutRequest, deadline: Deadline
    ) -> JobItem | None:
        """Make one item's pictures; None where the run's own time is up, which is not the item's fault."""
        job, item_seconds = claim.job, self._rooms.rule.item_seconds
        order = Order(
            caller=Caller(job.account_id, "", job.test),
            request_id=job.id,
            deadline=Deadline.after(min(item_seconds, deadline.left_seconds())),
            paid=True,
            progress=claim.hear,
        )
        try:
            renderings = self._make(replace(request, delivery=Delivery.DIRECT), order)
        except (ClaimLostError, *_PASSING):
            raise
        except DeadlineExceededError as error:
            if deadline.left_seconds() <= 0:
                return None
            return replace(item, state=ItemState.FAILED, fault=fault_of(error))
        except ClearcutError as error:
            return replace(item, state=ItemState.FAILED, fault=fault_of(error))
        except Exception:
            logger.exception("defect", extra={"job": job.id, "item": item.index})
            return replace(item, state=ItemState.FAILED, fault=fault_of(InternalError()))
        files = tuple(self._store(job, item, rendering, len(renderings)) for rendering in renderings)
        return replace(item, state=ItemState.COMPLETED, files=files)

    def _store(self, job: Job, item: JobItem, rendering: Rendering, count: int) -> JobFile:
        stem = str(item.index) if count == 1 else f"{item.index}-{rendering.name}"
        name = f"{results_folder(job.account_id, job.id)}/{stem}.{rendering.format.value}"
        self._rooms.objects.put(name, rendering.body, rendering.format.media_type)
        return file_of(rendering, name)

    def _seconds_of_lease(self, job_id: str) -> float | None:
        """How long the one who was faster may still be silent."""
        job = self._rooms.jobs.read(job_id)
        if job is None or job.settled:
            return None
        return self._rooms.rule.lease_seconds
