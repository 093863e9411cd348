"""
Jobs in DynamoDB, and beside them a list of those that are not settled.

| item              | pk     | sk              | reached by                            |
|-------------------|--------|-----------------|---------------------------------------|
| job               | JOB#id | JOB             | get; put on condition of its version  |
| one not settled   | JOBS   | JOB#time#id     | query, then batch get                 |
"""

from collections.abc import Iterable
from contextlib import suppress

from handler.domain.job import Job
from handler.domain.rate import SECOND_US
from handler.stores.aws.table import ConditionFailedError, Put, Table
from handler.stores.aws.wire import Item
from handler.stores.job_record import forget_at_us, packed, unpacked

_LIST = "JOBS"
_NEW = "attribute_not_exists(#pk)"


class AwsJobs:
    """The job store of a deployment."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, job: Job) -> bool:
        """Keep a new job; False where another has its id."""
        entry: Item = {"pk": _LIST, "sk": _place(job), "job": job.id, "expires_at": _forget_at(job)}
        try:
            self._table.transact(Put(_item(job), _NEW), Put(entry))
        except ConditionFailedError:
            return self.read(job.id) == job
        return True

    def read(self, job_id: str) -> Job | None:
        """The job as of now."""
        item = self._table.get(_pk(job_id), "JOB")
        return None if item is None else unpacked(item["record"])

    def replace(self, job: Job) -> bool:
        """Put the job in the place of its version before."""
        try:
            self._table.put(Put(_item(job), "#version = :before", {"before": job.version - 1}))
        except ConditionFailedError:
            if self.read(job.id) != job:
                return False
        if job.settled:
            self._strike(job)
        return True

    def unsettled(self) -> Iterable[Job]:
        """Every job that somebody has still to do something about, oldest first."""
        ids = [entry["job"] for entry in self._table.query(_LIST, "JOB#")]
        items = self._table.batch_get([(_pk(job_id), "JOB") for job_id in ids])
        jobs = (unpacked(item["record"]) for item in items)
        return sorted((job for job in jobs if not job.settled), key=_place)

    def forget_expired(self, now_us: int) -> tuple[Job, ...]:  # noqa: ARG002 # the port's
        """Nothing: the table and the bucket clean themselves by their expiry rules."""
        return ()

    def _strike(self, job: Job) -> None:
        """Take the job off the list; an entry that stays by mistake goes by its own expiry."""
        with suppress(ConditionFailedError):
            self._table.delete(_LIST, _place(job), "attribute_exists(#pk)", {})


def _pk(job_id: str) -> str:
    return f"JOB#{job_id}"


def _place(job: Job) -> str:
    """The job's place in the list, which is in the order of time."""
    return f"JOB#{job.created_at_us:017d}#{job.id}"


def _forget_at(job: Job) -> int:
    return forget_at_us(job) // SECOND_US


def _item(job: Job) -> Item:
    return {
        "pk": _pk(job.id),
        "sk": "JOB",
        "version": job.version,
        "expires_at": _forget_at(job),
        "record": packed(job),
    }
