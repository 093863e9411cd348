"""The job itself, and its steps from value to value."""

from dataclasses import dataclass, field, replace

from handler.domain.account import Hold
from handler.domain.job.parts import ItemState, JobFault, JobFile, JobItem, Lease, Webhook
from handler.domain.job.states import JobState
from handler.domain.keeping import KEEPINGS
from handler.domain.rate import SECOND_US


@dataclass(frozen=True, slots=True)
class Job:
    """
    One job as a store keeps it.

    Attributes:
        dialect: the only one that is told of it.
        hold: what pays for it; a price of 0 leaves nothing in the books.
        request_name: the object that has the request, whose sources are kept too.
        memo: what the dialect wants to read again when it tells of the job.
        archive: whether all results are wanted in one zip besides.
        archive_names: what each item's file is called in it.
        with_bodies: whether whoever is told of the job wants the results' bytes.
        archive_file: the zip.
        deadline_us: when it counts as failed, whoever still works on it.
        ttl_seconds: how long the results are kept.
        stage: what the worker last began.
        claims: how often the item in work was begun.
        nudged_at_us: when its message was last sent.
        settled: money, objects and notice are as its end wants them.
        version: counts the writes; a write names the one that it follows.
    """

    id: str
    account_id: str
    test: bool
    dialect: str
    hold: Hold = field(repr=False)
    request_name: str
    items: tuple[JobItem, ...]
    created_at_us: int
    deadline_us: int
    ttl_seconds: int
    memo: str = ""
    archive: bool = False
    archive_names: tuple[str, ...] = ()
    with_bodies: bool = False
    webhook: Webhook | None = None
    state: JobState = JobState.QUEUED
    stage: str = ""
    progress: float = 0.0
    claims: int = 0
    lease: Lease | None = None
    fault: JobFault | None = None
    archive_file: JobFile | None = None
    started_at_us: int | None = None
    completed_at_us: int | None = None
    expires_at_us: int | None = None
    nudged_at_us: int = 0
    settled: bool = False
    version: int = 1

    def is_leased(self, now_us: int) -> bool:
        """Whether a worker has it that must be taken to live."""
        return self.lease is not None and self.lease.until_us > now_us

    def is_expired(self, now_us: int) -> bool:
        """Whether its results are gone by their time."""
        return self.expires_at_us is not None and self.expires_at_us <= now_us

    def claimed(self, lease: Lease, now_us: int) -> "Job":
        """The job in a worker's hands."""
        return replace(
            self,
            state=JobState.PROCESSING,
            lease=lease,
            claims=self.claims + 1,
            started_at_us=self.started_at_us or now_us,
        )

    def with_item(self, item: JobItem) -> "Job":
        """The job with one item's outcome; the next one is begun for the first time."""
        items = tuple(item if each.index == item.index else each for each in self.items)
        done = sum(each.state is not ItemState.WAITING for each in items)
        return replace(self, items=items, claims=1, progress=done / len(items))

    def ended(self, now_us: int) -> "Job":
        """The job at its end: completed if any of its items is, else failed for the first one's reason."""
        # What was made first is the first to be forgotten.
        kept_until_us = (self.started_at_us or now_us) + KEEPINGS["results"].seconds * SECOND_US
        succeeded = any(item.state is ItemState.COMPLETED for item in self.items)
        faults = [item.fault for item in self.items if item.fault is not None]
        return replace(
            self,
            state=JobState.COMPLETED if succeeded else JobState.FAILED,
            fault=None if succeeded else next(iter(faults), None),
            lease=None,
            stage="",
            progress=1.0 if succeeded else self.progress,
            completed_at_us=now_us,
            expires_at_us=min(now_us + self.ttl_seconds * SECOND_US, kept_until_us),
        )

    def given_up(self, fault: JobFault, now_us: int) -> "Job":
        """The job at its end, where what has not been done is not done any more."""
        items = tuple(
            replace(item, state=ItemState.FAILED, fault=fault) if item.state is ItemState.WAITING else item
            for item in self.items
        )
        return replace(self, items=items).ended(now_us)

    def cancelled(self, now_us: int) -> "Job":
        """The job as nobody wants it any more, its clean-up still to be done."""
        return replace(
            self, state=JobState.CANCELLED, lease=None, expires_at_us=now_us, settled=False, webhook=None
        )

    @property
    def charge(self) -> int:
        """What is spent of the hold, in thousandths; a cancelled job costs nothing more."""
        if self.state is not JobState.COMPLETED:
            return 0
        return sum(item.price for item in self.items if item.state is ItemState.COMPLETED)
