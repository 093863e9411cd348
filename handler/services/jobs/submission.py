"""Taking a job: hold its price, keep its pictures, write it down, and only then let it be worked on."""

import functools
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace

from handler.domain.account import Caller, Hold
from handler.domain.errors import CallerError, ClearcutError, InvalidParameterError
from handler.domain.job import ItemState, Job, JobItem, Webhook
from handler.domain.order import Order
from handler.domain.rate import SECOND_US
from handler.domain.request import CutoutRequest, JobRequest, StoredImage
from handler.services.jobs.messages import WorkMessage
from handler.services.jobs.requests import request_name, store_requests, without_bytes
from handler.services.jobs.rooms import JobRooms, follow_up
from handler.services.jobs.settling import fault_of, settle

logger = logging.getLogger(__name__)

MAX_ITEMS = 50
# The hold outlives the job's own time, so that what ends in time is paid for.
_SLACK_SECONDS = 600
# In the place of a source that will not be looked at.
_NOTHING = StoredImage("")

# Keeps a picture for an account, and names it; refuses what is none.
KeepUpload = Callable[[str, bytes], str]
# Refuses an address that no notice will be sent to.
CheckAddress = Callable[[str], None]


class Submissions:
    """The taking of jobs."""

    def __init__(
        self, rooms: JobRooms, keep: KeepUpload, prices: Mapping[str, int], check_address: CheckAddress
    ) -> None:
        self._rooms = rooms
        self._keep = keep
        self._prices = prices
        self._check_address = check_address

    def submit(self, request: JobRequest, order: Order) -> Job:
        """Take a job; it waits from here on, unless the caller waits with it."""
        self._check(request)
        prices = [self._price(item, order) for item in request.items]
        lifetime_seconds = self._rooms.rule.max_seconds + _SLACK_SECONDS
        hold = self._rooms.accounts.hold(
            order.caller, sum(prices), order.request_id, order.hold_id, lifetime_seconds
        )
        items = tuple(JobItem(index, price) for index, price in enumerate(prices))
        job = self._new_job(request, order.caller, hold, items)
        try:
            written = self._write_down(job, request)
        except BaseException:
            self._undo(job)
            raise
        if written is None:
            self._rooms.accounts.release(hold)
            self._rooms.objects.delete(job.request_name)
            raise InvalidParameterError("the job's id", "one that no job has yet", job.id)
        return written

    def _new_job(self, request: JobRequest, caller: Caller, hold: Hold, items: tuple[JobItem, ...]) -> Job:
        now_us, rule = self._rooms.now_us(), self._rooms.rule
        return Job(
            id=request.id or str(uuid.uuid4()),
            account_id=caller.account_id,
            test=caller.test,
            dialect=request.dialect,
            hold=hold,
            # Of its own: a caller may have named the job as another one is named.
            request_name=request_name(str(uuid.uuid4())),
            items=items,
            created_at_us=now_us,
            deadline_us=now_us + int(rule.max_seconds * SECOND_US),
            ttl_seconds=request.ttl_seconds,
            memo=request.memo,
            archive=request.archive,
            archive_names=request.archive_names,
            with_bodies=request.with_bodies,
            webhook=Webhook(request.webhook_url) if request.webhook_url else None,
            nudged_at_us=now_us,
        )

    def enqueue(self, job: Job) -> None:
        """Let whoever works on the queue do it."""
        self._rooms.waiting.send(WorkMessage(job.id).text())

    def _write_down(self, job: Job, request: JobRequest) -> Job | None:
        """Keep the pictures, then the job; None where another job has its id, which stays as it is."""

        @functools.cache
        def keep(data: bytes) -> StoredImage:
            # Many sources may share one backdrop.
            return StoredImage(self._keep(job.account_id, data))

        requests: list[CutoutRequest] = []
        for item, wanted in zip(job.items, request.items, strict=True):
            try:
                requests.append(without_bytes(wanted, keep))
            except CallerError as error:
                if len(job.items) == 1 and not job.archive:
                    raise
                # It fails alone.
                requests.append(CutoutRequest(_NOTHING))
                job = job.with_item(replace(item, state=ItemState.FAILED, fault=fault_of(error)))
        job = replace(job, claims=0)
        store_requests(self._rooms, job, tuple(requests))
        if not self._rooms.jobs.create(job):
            return None
        if not request.wait:
            self.enqueue(job)
        return job

    def _undo(self, job: Job) -> None:
        """Leave nothing behind of a job whose caller is told that it was not taken."""
        self._rooms.accounts.release(job.hold)
        try:
            written = self._rooms.jobs.read(job.id)
            # A caller may have named it as another one is named.
            if written is not None and written.hold == job.hold:
                settle(self._rooms, follow_up(self._rooms, written, self._cancelled))
        except ClearcutError:
            # Without a hold it ends uncharged, whoever still comes to work on it.
            logger.warning("job not undone", extra={"job": job.id}, exc_info=True)

    def _cancelled(self, job: Job) -> Job:
        return job.cancelled(self._rooms.now_us())

    def _check(self, request: JobRequest) -> None:
        if not 0 < len(request.items) <= MAX_ITEMS:
            raise InvalidParameterError("sources", f"1 to {MAX_ITEMS} pictures", str(len(request.items)))
        if request.webhook_url is not None:
            self._check_address(request.webhook_url)

    def _price(self, item: CutoutRequest, order: Order) -> int:
        if order.caller.test or order.paid:
            return 0
        return sum(self._prices[name] for name in item.prices)
