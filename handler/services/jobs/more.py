"""One more picture of what a finished job has cut out: its matte is known, so that no model runs."""

from collections.abc import Callable
from dataclasses import replace

from handler.domain.errors import ExpiredError, InvalidParameterError, JobNotFoundError, NotFoundError
from handler.domain.job import ItemState, Job, JobFile, JobItem, JobState
from handler.domain.keeping import results_folder
from handler.domain.order import Order
from handler.domain.request import CutoutRequest, Delivery, MoreRequest
from handler.domain.result import CutoutResult, Outcome
from handler.services.jobs.owner import JobDesk
from handler.services.jobs.requests import load_requests
from handler.services.jobs.rooms import JobRooms, follow_up
from handler.services.jobs.settling import file_of

# Makes the pictures of one request and holds what they cost.
CutOut = Callable[[CutoutRequest, Order], Outcome]


class MoreOfJobs:
    """Later pictures of jobs' sources, kept among their results."""

    def __init__(self, rooms: JobRooms, desk: JobDesk, cut_out: CutOut) -> None:
        self._rooms = rooms
        self._desk = desk
        self._cut_out = cut_out

    def make(self, request: MoreRequest, order: Order) -> CutoutResult:
        """Make it; whatever is not there, or no longer, counts as expired."""
        try:
            job = self._job(request, order)
            # What is kept is no answer that a caller could have already.
            result = self._cut_out(self._wanted(job, request), replace(order, known_etags=frozenset()))
        except (JobNotFoundError, NotFoundError) as error:
            raise ExpiredError from error
        if not isinstance(result, CutoutResult):
            raise TypeError(result)
        made = result.rendering
        folder = results_folder(job.account_id, job.id)
        file = file_of(made, f"{folder}/{made.name}.{made.format.value}")
        try:
            follow_up(self._rooms, job, lambda each: _with_file(each, file))
        except BaseException:
            self._rooms.accounts.release(result.hold)
            raise
        return result

    def _job(self, request: MoreRequest, order: Order) -> Job:
        job = self._desk.find(request.job_id, request.dialect, order.caller)
        if not request.fits(job.memo):
            raise JobNotFoundError
        if job.state.is_open:
            raise InvalidParameterError("the job's id", "that of a finished job", "one that is still in work")
        if job.state is not JobState.COMPLETED or job.is_expired(self._rooms.now_us()):
            raise ExpiredError
        return job

    def _wanted(self, job: Job, request: MoreRequest) -> CutoutRequest:
        requests = load_requests(self._rooms, job)
        if requests is None:
            raise ExpiredError
        return replace(
            requests[0],
            variants=(request.variant,),
            delivery=Delivery.LINKS,
            prices=request.prices,
            shelf=job.id,
        )


def _with_file(job: Job, file: JobFile) -> Job | None:
    """The job with one more file; None where it is gone meanwhile."""
    if job.state is not JobState.COMPLETED:
        return None
    done = next(item for item in job.items if item.state is ItemState.COMPLETED)
    return replace(job, items=tuple(_added(item, file) if item is done else item for item in job.items))


def _added(item: JobItem, file: JobFile) -> JobItem:
    others = tuple(each for each in item.files if each.object_name != file.object_name)
    return replace(item, files=(*others, file))
