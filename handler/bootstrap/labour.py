"""The work of jobs, joined to the use case that the routes run."""

import math

from handler.bootstrap.books import Books
from handler.bootstrap.jobs import Jobs
from handler.domain.limits import Deadline
from handler.domain.money import price_list
from handler.services.cutout import Cutouts
from handler.services.jobs.front import JobFront
from handler.services.jobs.hands import Duty, Hands
from handler.services.jobs.messages import WorkMessage, read_message
from handler.services.jobs.more import MoreOfJobs
from handler.services.jobs.owner import JobDesk
from handler.services.jobs.submission import Submissions
from handler.services.jobs.work import JobWork
from handler.services.uploads import Uploads
from handler.settings import Settings

# A thread on a laptop has no end of its time to fear.
_NO_END = Deadline(math.inf)


def open_front(settings: Settings, jobs: Jobs, work: JobWork, uploads: Uploads, cutouts: Cutouts) -> JobFront:
    """Join it to those who ask."""
    prices = price_list(settings.prices)
    submissions = Submissions(jobs.rooms, uploads.keep, prices, jobs.courier.check)
    desk = JobDesk(jobs.rooms, settings.limits.max_result_bytes)
    return JobFront(submissions, work, desk, MoreOfJobs(jobs.rooms, desk, cutouts.cut_out))


def open_hands(settings: Settings, books: Books, jobs: Jobs, work: JobWork) -> Hands:
    """Join it to threads of this process, which begin when they are told to."""

    def do_work(text: str) -> float | None:
        message = read_message(text)
        return work.run(message.job_id, _NO_END) if isinstance(message, WorkMessage) else None

    errands = [queue for queue in (jobs.rooms.notices, books.stores.dead) if queue is not None]
    duties = [Duty(jobs.rooms.waiting, do_work, settings.job_workers)]
    return Hands([*duties, *(Duty(queue, jobs.run_errand) for queue in errands)])
