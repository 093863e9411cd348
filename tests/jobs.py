"""Everything that a job meets, with a maker of pictures that does as it is told."""

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from handler.domain.account import Caller
from handler.domain.errors import UnsupportedFormatError
from handler.domain.image import Box
from handler.domain.limits import Deadline
from handler.domain.order import Order
from handler.domain.request import CutoutRequest, Format, JobRequest, StoredImage, Variant
from handler.domain.result import Rendering
from handler.ports import ObjectStore
from handler.services.accounts import Accounts
from handler.services.jobs.messages import NoticeMessage, WorkMessage, read_message
from handler.services.jobs.owner import JobDesk
from handler.services.jobs.rooms import JobRooms, JobRule
from handler.services.jobs.submission import Submissions
from handler.services.jobs.upkeep import JobUpkeep
from handler.services.jobs.work import JobWork
from handler.stores.local.database import Database
from handler.stores.local.queue import LocalQueue, QueueRule
from tests.backends import Backend

PRICE = 1000
PRICES: Mapping[str, int] = {"native.picture": PRICE}
NO_PICTURE = b"no picture"
LONG = 1e9


def rendering(variant: Variant, body: bytes = b"made") -> Rendering:
    """A finished picture."""
    return Rendering(
        body=body,
        format=Format.PNG,
        width=64,
        height=48,
        subject=Box(0, 0, 64, 48),
        model="fake@000000000000",
        confidence=1.0,
        ambiguous_ratio=0.0,
        timings=(),
        source_format="png",
        source_frames=1,
        name=variant.name,
    )


@dataclass(slots=True)
class Maker:
    """
    Makes pictures out of their sources' own bytes.

    Attributes:
        before: is called first, with the source, and may fail or wait.
        made: every source so far.
    """

    objects: ObjectStore
    before: Callable[[bytes, Order], object] = lambda _source, _order: None
    made: list[bytes] = field(default_factory=list)

    def __call__(self, request: CutoutRequest, order: Order) -> Sequence[Rendering]:
        """Make every variant."""
        assert isinstance(request.source, StoredImage)
        source = self.objects.get(f"uploads/{order.caller.account_id}/{request.source.id}")
        assert source is not None
        self.before(source, order)
        order.progress("decode", 0.5)
        self.made.append(source)
        return [rendering(variant, b"made of " + source) for variant in request.variants]


@dataclass(frozen=True, slots=True)
class JobHouse:
    """The services of jobs, joined."""

    rooms: JobRooms
    maker: Maker
    submissions: Submissions
    work: JobWork
    desk: JobDesk
    upkeep: JobUpkeep
    dead: LocalQueue

    def submit(self, caller: Caller, *sources: bytes, **options: object) -> str:
        """Submit a job of these sources, and give its id."""
        items = tuple(CutoutRequest(source) for source in sources)
        request = JobRequest(items, "native", **options)  # type: ignore[arg-type] # a test's own spelling
        return self.submissions.submit(request, order_of(caller)).id

    def work_once(self, seconds: float = LONG) -> float | None:
        """Handle the message that is next, as a worker does."""
        delivery = self.rooms.waiting.receive()
        assert delivery is not None
        message = read_message(delivery.body)
        assert isinstance(message, WorkMessage)
        again = self.work.run(message.job_id, Deadline.after(seconds))
        if again is None:
            self.rooms.waiting.done(delivery.receipt)
        return again

    def notices(self) -> list[NoticeMessage]:
        """Every notice that waits, taken."""
        found = []
        while delivery := self.rooms.notices.receive():
            self.rooms.notices.done(delivery.receipt)
            message = read_message(delivery.body)
            assert isinstance(message, NoticeMessage)
            found.append(message)
        return found


def order_of(caller: Caller, **options: object) -> Order:
    """A request's circumstances."""
    return Order(caller, "req_test", Deadline.after(LONG), **options)  # type: ignore[arg-type] # likewise


def open_house(
    home: Path, backend: Backend, accounts: Accounts, clock: Callable[[], float], rule: JobRule | None = None
) -> JobHouse:
    """Join them on this machine's stores."""
    database = Database(home / "accounts.sqlite3")
    rooms = JobRooms(
        jobs=backend.jobs,
        objects=backend.objects,
        accounts=accounts,
        waiting=LocalQueue(database, "jobs", QueueRule(300, 5, "dead"), clock),
        notices=LocalQueue(database, "notices", QueueRule(300), clock),
        rule=rule or JobRule(),
        clock=clock,
    )
    maker = Maker(backend.objects)
    return JobHouse(
        rooms=rooms,
        maker=maker,
        submissions=Submissions(rooms, keeper(backend.objects), PRICES, lambda _: None),
        work=JobWork(rooms, maker),
        desk=JobDesk(rooms),
        upkeep=JobUpkeep(rooms),
        dead=LocalQueue(database, "dead", QueueRule(300), clock),
    )


def keeper(objects: ObjectStore) -> Callable[[str, bytes], str]:
    """Keeps whatever is a picture."""
    numbers, numbering = itertools.count(), threading.Lock()

    def keep(account_id: str, data: bytes) -> str:
        if data == NO_PICTURE:
            raise UnsupportedFormatError
        with numbering:
            upload_id = f"upl_{next(numbers)}"
        objects.put(f"uploads/{account_id}/{upload_id}", data, "image/png")
        return upload_id

    return keep
