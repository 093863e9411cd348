"""
Workers killed at random under a queue of jobs, some of whose messages come twice.

`python -m tests.chaos --jobs 5000` does it for longer than a test may take.
"""

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from handler.bootstrap.books import Books, open_books
from handler.bootstrap.cutouts import open_cutouts, open_pictures, open_uploads
from handler.domain.account import Caller
from handler.domain.errors import OverloadedError
from handler.domain.job import Job
from handler.domain.ledger import LineKind
from handler.domain.limits import Deadline
from handler.domain.order import Order
from handler.domain.request import CutoutRequest, JobRequest
from handler.services.jobs.hands import Duty, serve_once
from handler.services.jobs.messages import WorkMessage, read_message
from handler.services.jobs.rooms import JobRooms, JobRule
from handler.services.jobs.submission import Submissions
from handler.services.jobs.upkeep import JobUpkeep
from handler.services.jobs.work import JobWork
from handler.settings import Settings
from handler.stores.local.database import Database
from handler.stores.local.queue import LocalQueue, QueueRule
from tests.fakes import FakeModel
from tests.images import encoded, gradient

PRICE = 1000
WORKERS = 3
# Short, so that what a killed worker had is taken over while a test waits.
RULE = JobRule(max_seconds=600, item_seconds=10, lease_seconds=2, nudge_seconds=3)
VISIBILITY_SECONDS = 2
KILL_EVERY_SECONDS = (0.05, 0.5)
JOBS_PER_KILL = 4
_LOOK_SECONDS = 0.1
BAD = b"\x89PNG\r\n\x1a\nno more of it"


@dataclass(frozen=True, slots=True)
class Site:
    """One home's books and rooms."""

    settings: Settings
    books: Books
    rooms: JobRooms
    dead: LocalQueue

    def submit(self, caller: Caller, number: int) -> str:
        """Submit a job of one to three pictures, every fifth with one that is broken."""
        sources = [encoded(gradient(16 + number % 8, 16))] * (1 + number % 3)
        if number % 5 == 0:
            sources = [*sources, BAD]
        uploads = open_uploads(self.settings, self.books)
        submissions = Submissions(self.rooms, uploads.keep, {"native.picture": PRICE}, lambda _: None)
        request = JobRequest(tuple(map(CutoutRequest, sources)), "native")
        return submissions.submit(request, Order(caller, f"req_{number}", Deadline.after(60))).id


@dataclass(frozen=True, slots=True)
class Report:
    """What is left when all is over."""

    jobs: tuple[Job, ...]
    site: Site
    account_id: str
    kills: int

    def lines(self) -> Counter[str]:
        """How often each hold ended."""
        lines = self.site.books.bookkeeping.ledger(self.account_id)
        return Counter(line.id for line in lines if line.kind in {LineKind.COMMIT, LineKind.RELEASE})


def open_site(home: Path) -> Site:
    """Open a home, as each process does for itself."""
    settings = Settings(home=home, matte_cache=False, requests_per_second=10_000, requests_per_minute=600_000)
    books, database = open_books(settings), Database(home / "accounts.sqlite3")
    rooms = JobRooms(
        jobs=books.stores.jobs,
        objects=books.stores.objects,
        accounts=books.accounts,
        waiting=LocalQueue(database, "jobs", QueueRule(VISIBILITY_SECONDS, 50, "dead")),
        notices=LocalQueue(database, "notices", QueueRule(VISIBILITY_SECONDS)),
        rule=RULE,
    )
    return Site(settings, books, rooms, LocalQueue(database, "dead", QueueRule(VISIBILITY_SECONDS)))


def work_for_ever(home: Path) -> None:
    """Be a worker, until killed."""
    site = open_site(home)
    pictures = open_pictures(site.settings, open_uploads(site.settings, site.books))
    cutouts = open_cutouts(site.settings, site.books, FakeModel(), pictures)
    work = JobWork(site.rooms, cutouts.make)

    def handle(text: str) -> float | None:
        message = read_message(text)
        return work.run(message.job_id, Deadline.after(3600)) if isinstance(message, WorkMessage) else None

    while True:
        serve_once(Duty(site.rooms.waiting, handle), wait_seconds=1)


class Crew:
    """Worker processes, one of which may die at any moment and is replaced."""

    def __init__(self, home: Path) -> None:
        self._home = home
        # What takes long to import is imported once, in a process that the others are forked from.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._processes: list[ForkServerProcess] = []
        self.kills = 0

    def fill(self) -> None:
        """Start as many as are missing."""
        while len(self._processes) < WORKERS:
            process = self._context.Process(target=work_for_ever, args=(self._home,), daemon=True)
            process.start()
            self._processes.append(process)

    def kill_one(self, chance: random.Random) -> None:
        """Kill one as the kernel does when memory runs out."""
        process = self._processes.pop(chance.randrange(len(self._processes)))
        process.kill()
        process.join()
        process.close()
        self.kills += 1

    def dismiss(self) -> None:
        """Kill all."""
        while self._processes:
            self.kill_one(random.Random(0))  # noqa: S311 # no secret


def run_chaos(home: Path, count: int, seconds: float, say: Callable[[str], object]) -> Report:
    """Submit so many jobs, and kill workers until every job is settled."""
    site, chance = open_site(home), random.Random(count)  # noqa: S311 # no secret
    account_id = site.books.bookkeeping.create_account("chaos")
    site.books.bookkeeping.grant(account_id, 10 * count * PRICE, "chaos")
    caller = Caller(account_id, "key", test=False)
    crew, upkeep, ids, ends_at = Crew(home), JobUpkeep(site.rooms), [], time.monotonic() + seconds
    try:
        for number in range(count):
            ids.append(_submit_patiently(site, caller, number))
            if chance.random() < 0.5:
                site.rooms.waiting.send(WorkMessage(ids[-1]).text())
            if number % 20 == 0:
                crew.fill()
                _disturb(crew, chance)
        while left := len(list(site.rooms.jobs.unsettled())):
            if time.monotonic() > ends_at:
                raise TimeoutError(f"{left} of {count} jobs are not settled")
            say(f"{left} jobs left, {crew.kills} workers killed")
            if crew.kills < count // JOBS_PER_KILL:
                _disturb(crew, chance)
            crew.fill()
            time.sleep(_LOOK_SECONDS)
            upkeep.sweep()
            serve_once(Duty(site.dead, lambda text: upkeep.bury(_job_of(text))))
    finally:
        crew.dismiss()
    jobs = tuple(job for job_id in ids if (job := site.rooms.jobs.read(job_id)) is not None)
    return Report(jobs, site, account_id, crew.kills - WORKERS)


def _submit_patiently(site: Site, caller: Caller, number: int) -> str:
    """An account may have only so many jobs at once."""
    while True:
        try:
            return site.submit(caller, number)
        except OverloadedError:
            time.sleep(0.2)


def _disturb(crew: Crew, chance: random.Random) -> None:
    time.sleep(chance.uniform(*KILL_EVERY_SECONDS))
    crew.kill_one(chance)


def _job_of(text: str) -> str:
    message = read_message(text)
    return message.job_id if message is not None else ""


def faults_of(report: Report) -> list[str]:
    """What is wrong with what is left; nothing, if all is well."""
    site, lines = report.site, report.lines()
    account = site.books.bookkeeping.find(report.account_id)
    found = [f"{difference}" for difference in site.books.bookkeeping.verify(report.account_id)]
    found += [f"{job.id} is {job.state}" for job in report.jobs if job.state.is_open or not job.settled]
    found += [
        f"{job.id}: hold ended {lines[job.hold.id]} times" for job in report.jobs if lines[job.hold.id] != 1
    ]
    charges = sum(job.charge for job in report.jobs)
    if (account.held, account.spent) != (0, charges):
        found.append(f"held {account.held}, spent {account.spent}, charges {charges}")
    files = [file for job in report.jobs for item in job.items for file in item.files]
    found += [
        f"{file.object_name} is gone" for file in files if site.rooms.objects.size(file.object_name) is None
    ]
    return found


def main() -> int:
    """Do it for as many jobs as were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        report = run_chaos(Path(home), asked.jobs, asked.jobs, lambda text: print(text, flush=True))  # noqa: T201
        states = Counter(job.state.value for job in report.jobs)
        faults = faults_of(report)
        print(f"{dict(states)}, {report.kills} workers killed, faults: {faults or 'none'}")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
