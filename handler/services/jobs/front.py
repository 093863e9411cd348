"""Where callers meet jobs."""

from handler.domain.order import Order
from handler.domain.request import FileRequest, JobCancelRequest, JobQuery, JobRequest
from handler.domain.result import Outcome
from handler.services.jobs.owner import JobDesk
from handler.services.jobs.submission import Submissions
from handler.services.jobs.work import JobWork

JobIntent = JobRequest | JobQuery | JobCancelRequest | FileRequest


class JobFront:
    """Passes an intent to the room that it is for."""

    def __init__(self, submissions: Submissions, work: JobWork, desk: JobDesk) -> None:
        self._submissions = submissions
        self._work = work
        self._desk = desk

    def handle(self, intent: JobIntent, order: Order) -> Outcome:
        """Take a job, tell of one, end one, or give one of its files."""
        if isinstance(intent, JobRequest):
            job = self._submissions.submit(intent, order)
            if not intent.wait:
                return self._desk.view(job)
            # What there is no time for is done by whoever works on the queue.
            self._work.run(job.id, order.deadline)
            return self._desk.query(JobQuery(job.id, intent.dialect), order.caller)
        if isinstance(intent, JobQuery):
            return self._desk.query(intent, order.caller)
        if isinstance(intent, JobCancelRequest):
            return self._desk.cancel(intent, order.caller)
        return self._desk.fetch(intent)
