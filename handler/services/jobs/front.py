"""Where callers meet jobs."""

from handler.domain.order import Order
from handler.domain.request import (
    FileRequest,
    JobCancelRequest,
    JobQuery,
    JobRequest,
    JobWatch,
    MoreRequest,
)
from handler.domain.result import JobFeed, Outcome
from handler.services.jobs.more import MoreOfJobs
from handler.services.jobs.owner import JobDesk
from handler.services.jobs.submission import Submissions
from handler.services.jobs.work import JobWork

JobIntent = JobRequest | JobQuery | JobWatch | JobCancelRequest | FileRequest | MoreRequest


class JobFront:
    """Passes an intent to the room that it is for."""

    def __init__(self, submissions: Submissions, work: JobWork, desk: JobDesk, more: MoreOfJobs) -> None:
        self._submissions = submissions
        self._work = work
        self._desk = desk
        self._more = more

    def handle(self, intent: JobIntent, order: Order) -> Outcome:
        """Take a job, tell of one, end one, give one of its files, or make one more."""
        if isinstance(intent, JobRequest):
            return self._submit(intent, order)
        if isinstance(intent, JobQuery):
            return self._desk.query(intent, order.caller)
        if isinstance(intent, JobCancelRequest):
            return self._desk.cancel(intent, order.caller)
        if isinstance(intent, JobWatch):
            return JobFeed(self._desk.watch(intent))
        if isinstance(intent, MoreRequest):
            return self._more.make(intent, order)
        return self._desk.fetch(intent)

    def _submit(self, request: JobRequest, order: Order) -> Outcome:
        job = self._submissions.submit(request, order)
        if not request.wait:
            return self._desk.view(job)
        if self._work.run(job.id, order.deadline) is not None:
            # What there was no time for is done by whoever works on the queue.
            self._submissions.enqueue(job)
        return self._desk.query(JobQuery(job.id, request.dialect), order.caller)
