"""A job from its submission to its end."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from handler.domain.account import Account, Caller
from handler.domain.errors import (
    ExpiredError,
    InsufficientCreditsError,
    InvalidParameterError,
    JobNotFoundError,
    StoreUnavailableError,
    UnreadableImageError,
    UnsupportedFormatError,
)
from handler.domain.job import ItemState, Job, JobState, JobView
from handler.domain.limits import Deadline
from handler.domain.order import Order
from handler.domain.request import (
    DAY_SECONDS,
    CutoutRequest,
    FileRequest,
    JobCancelRequest,
    JobQuery,
    JobRequest,
    Variant,
)
from handler.domain.result import Outcome
from handler.services.jobs.claim import PULSE_SECONDS
from handler.services.jobs.front import JobFront
from handler.services.jobs.more import MoreOfJobs
from handler.services.jobs.rooms import follow_up
from tests.jobs import NO_PICTURE, PRICE, JobHouse, open_house, order_of
from tests.unit.services.conftest import Books

GRANTED = 10 * PRICE


@pytest.fixture
def house(books: Books, tmp_path: Path) -> JobHouse:
    """Jobs on the books."""
    return open_house(tmp_path, books.backend, books.accounts, books.clock)


@pytest.fixture
def caller(books: Books) -> Caller:
    """An account with credits."""
    return books.caller(GRANTED)


def account(books: Books, caller: Caller) -> Account:
    """The account as of now, whose books add up."""
    assert () == books.bookkeeping.verify(caller.account_id)
    return books.bookkeeping.find(caller.account_id)


def query(house: JobHouse, job_id: str, caller: Caller) -> tuple[JobState, list[ItemState]]:
    """What the owner is told."""
    view = house.desk.query(JobQuery(job_id, "native"), caller)
    return view.state, [item.state for item in view.items]


def test_a_job_waits_is_done_and_is_paid(house: JobHouse, books: Books, caller: Caller) -> None:
    """Held from the first moment, spent at the end; its files are there by link and by name."""
    job_id = house.submit(caller, b"a", b"b")
    before = account(books, caller)
    assert (JobState.QUEUED, [ItemState.WAITING] * 2) == query(house, job_id, caller)

    assert house.work_once() is None
    view = house.desk.query(JobQuery(job_id, "native"), caller)
    after = account(books, caller)

    assert (2 * PRICE, 0) == (before.held, before.spent)
    assert (0, 2 * PRICE) == (after.held, after.spent)
    assert (JobState.COMPLETED, 1.0, 2 * PRICE) == (view.state, view.progress, view.charged)
    assert ["0.png", "1.png"] == [file.filename for item in view.items for file in item.files]
    assert all(file.link for item in view.items for file in item.files)
    assert b"made of b" == house.desk.fetch(FileRequest(job_id, "1.png")).body
    assert [b"a", b"b"] == house.maker.made


def test_an_item_that_fails_fails_alone_and_is_not_charged(
    house: JobHouse, books: Books, caller: Caller
) -> None:
    """Whether at once or in the work; what it says is the error's own."""

    def refuse(source: bytes, _order: Order) -> None:
        if source == b"bad":
            raise UnreadableImageError("Line 7 is missing")
        if source == b"defect":
            raise ZeroDivisionError

    house.maker.before = refuse
    job_id = house.submit(caller, b"good", b"bad", NO_PICTURE, b"defect", b"fine")
    house.work_once()
    view = house.desk.query(JobQuery(job_id, "native"), caller)

    assert [None, "unreadable_image", "unsupported_format", "internal_server_error", None] == [
        item.fault and item.fault.code for item in view.items
    ]
    assert "Line 7 is missing" == (view.items[1].fault and view.items[1].fault.message)
    assert (JobState.COMPLETED, 2 * PRICE) == (view.state, view.charged)
    assert (0, 2 * PRICE) == (account(books, caller).held, account(books, caller).spent)


def test_a_job_without_any_result_has_failed_and_is_free(
    house: JobHouse, books: Books, caller: Caller
) -> None:
    """It says why."""

    def refuse(_source: bytes, _order: Order) -> None:
        raise UnreadableImageError

    house.maker.before = refuse
    job_id = house.submit(caller, b"a", b"b")
    house.work_once()
    view = house.desk.query(JobQuery(job_id, "native"), caller)

    assert (JobState.FAILED, 0) == (view.state, view.charged)
    assert "unreadable_image" == (view.fault and view.fault.code)
    assert (GRANTED, 0) == (account(books, caller).balance, account(books, caller).spent)


def test_a_lone_picture_that_is_none_is_refused_at_once(
    house: JobHouse, books: Books, caller: Caller
) -> None:
    """Nothing is held and nothing waits; likewise where there are too many, or too few credits."""
    with pytest.raises(UnsupportedFormatError):
        house.submit(caller, NO_PICTURE)
    with pytest.raises(InvalidParameterError):
        house.submit(caller, *[b"a"] * 51)
    with pytest.raises(InvalidParameterError):
        house.submit(caller)
    with pytest.raises(InsufficientCreditsError):
        house.submit(caller, *[b"a"] * 11)

    assert GRANTED == account(books, caller).balance
    assert house.rooms.waiting.receive() is None
    assert [] == [job for job in house.rooms.jobs.unsettled() if job.state is not JobState.CANCELLED]


def test_test_keys_and_paid_repeats_cost_nothing(house: JobHouse, books: Books, caller: Caller) -> None:
    """The work is the same."""
    request = JobRequest((CutoutRequest(b"a"),), "native")
    ids = [
        house.submissions.submit(request, order_of(replace(caller, test=True))).id,
        house.submissions.submit(request, order_of(caller, paid=True)).id,
    ]
    house.work_once()
    house.work_once()

    assert [(JobState.COMPLETED, [ItemState.COMPLETED])] * 2 == [query(house, each, caller) for each in ids]
    assert GRANTED == account(books, caller).balance


def test_a_message_that_comes_again_changes_nothing(house: JobHouse, books: Books, caller: Caller) -> None:
    """After the end it is done; during the work it is put off."""
    job_id = house.submit(caller, b"a")
    found: list[float | None] = []

    def receive_again(_source: bytes, order: Order) -> None:
        found.append(house.work.run(job_id, order.deadline))

    house.maker.before = receive_again
    house.work_once()
    assert house.work.run(job_id, order_of(caller).deadline) is None

    assert [house.rooms.rule.lease_seconds] == found
    assert [b"a"] == house.maker.made
    assert PRICE == account(books, caller).spent


def test_a_worker_that_died_is_followed_by_another(house: JobHouse, books: Books, caller: Caller) -> None:
    """Once its lease is over; what it had finished is not made again."""
    job_id = house.submit(caller, b"a", b"b")

    def die(source: bytes, _order: Order) -> None:
        if source == b"b":
            raise KeyboardInterrupt

    house.maker.before = die
    with pytest.raises(KeyboardInterrupt):
        house.work.run(job_id, order_of(caller).deadline)
    house.maker.before = lambda _source, _order: None
    waits = house.work.run(job_id, order_of(caller).deadline)
    books.clock.now += house.rooms.rule.lease_seconds + 1

    assert waits is not None
    assert house.work.run(job_id, order_of(caller).deadline) is None
    assert (JobState.COMPLETED, [ItemState.COMPLETED] * 2) == query(house, job_id, caller)
    assert [b"a", b"b"] == house.maker.made
    assert 2 * PRICE == account(books, caller).spent


def test_a_picture_that_kills_its_workers_fails_alone(house: JobHouse, books: Books, caller: Caller) -> None:
    """After three of them; the others are made by the fourth."""
    job_id = house.submit(caller, b"a", b"poison", b"c")

    def die(source: bytes, _order: Order) -> None:
        if source == b"poison":
            raise KeyboardInterrupt

    house.maker.before = die
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            house.work.run(job_id, order_of(caller).deadline)
        books.clock.now += house.rooms.rule.lease_seconds + 1
    house.work.run(job_id, order_of(caller).deadline)

    expected = [ItemState.COMPLETED, ItemState.FAILED, ItemState.COMPLETED]
    assert (JobState.COMPLETED, expected) == query(house, job_id, caller)
    assert 2 * PRICE == account(books, caller).spent


def test_a_run_whose_time_is_up_passes_the_rest_on(house: JobHouse, caller: Caller) -> None:
    """By a message of its own, and as if nothing had happened."""
    job_id = house.submit(caller, b"a", b"b", b"c")

    assert [None] * 3 == [house.work_once(seconds=0.01) for _ in range(3)]
    assert (JobState.COMPLETED, [ItemState.COMPLETED] * 3) == query(house, job_id, caller)


def test_what_passes_by_itself_fails_nothing(house: JobHouse, books: Books, caller: Caller) -> None:
    """The message comes again soon, and a long outage is no poison."""
    job_id = house.submit(caller, b"a")
    outages = [StoreUnavailableError()] * 5

    def fail(_source: bytes, _order: Order) -> None:
        if outages:
            raise outages.pop()

    house.maker.before = fail
    waits = [house.work.run(job_id, order_of(caller).deadline) for _ in range(6)]

    assert [True] * 5 + [False] == [wait is not None for wait in waits]
    assert (JobState.COMPLETED, [ItemState.COMPLETED]) == query(house, job_id, caller)
    assert PRICE == account(books, caller).spent


@pytest.mark.parametrize("stage", ["decode", "matte"])
def test_progress_stands_where_the_work_does(house: JobHouse, caller: Caller, stage: str) -> None:
    """A stage that stalls is seen to stall: nothing moves until it does."""
    job_id = house.submit(caller, b"a", b"b")
    told, stalled, released = threading.Event(), threading.Event(), threading.Event()

    def stall(source: bytes, order: Order) -> None:
        if source == b"b":
            order.progress(stage, 0.25)
            stalled.set()
            released.wait(30)
            told.set()

    house.maker.before = stall
    working = threading.Thread(target=house.work_once)
    working.start()
    assert stalled.wait(30)
    seen: list[tuple[str, float]] = []
    while len(seen) < 3 or seen[-1] != (stage, 0.625):
        assert len(seen) < 100, seen
        view = house.desk.query(JobQuery(job_id, "native"), caller)
        seen.append((view.stage, view.progress))
        released.wait(PULSE_SECONDS)
    again = [house.desk.query(JobQuery(job_id, "native"), caller).progress for _ in range(3)]
    released.set()
    working.join()

    assert [0.625] * 3 == again
    assert 1.0 == house.desk.query(JobQuery(job_id, "native"), caller).progress


def test_a_cancelled_job_costs_nothing_and_leaves_nothing(
    house: JobHouse, books: Books, caller: Caller
) -> None:
    """Waiting, in work, or done: from then on there is no such job."""
    waiting, working, done = (house.submit(caller, b"a") for _ in range(3))
    house.work.run(done, order_of(caller).deadline)
    cancel = [JobCancelRequest(each, "native") for each in (waiting, working, done)]
    house.maker.before = lambda _source, _order: house.desk.cancel(cancel[1], caller)

    house.desk.cancel(cancel[0], caller)
    house.work.run(waiting, order_of(caller).deadline)
    house.work.run(working, order_of(caller).deadline)
    house.desk.cancel(cancel[2], caller)

    assert (0, PRICE) == (account(books, caller).held, account(books, caller).spent)
    for job_id in (waiting, working, done):
        with pytest.raises(JobNotFoundError):
            query(house, job_id, caller)
        with pytest.raises(JobNotFoundError):
            house.desk.cancel(JobCancelRequest(job_id, "native"), caller)
        assert house.rooms.objects.get(f"results/{caller.account_id}/{job_id}/0.png") is None
    assert [] == list(house.rooms.jobs.unsettled())


def test_a_job_is_its_owners_in_its_own_dialect(house: JobHouse, books: Books, caller: Caller) -> None:
    """To all others it is not there; a file's address needs no account, for nobody guesses it."""
    job_id = house.submit(caller, b"a")
    house.work_once()
    other = books.caller(0)

    for wrong in (JobQuery(job_id, "picwish"), JobQuery("0" * 36, "native")):
        with pytest.raises(JobNotFoundError):
            house.desk.query(wrong, caller)
    with pytest.raises(JobNotFoundError):
        house.desk.query(JobQuery(job_id, "native"), other)
    with pytest.raises(JobNotFoundError):
        house.desk.cancel(JobCancelRequest(job_id, "native"), other)
    assert b"made of a" == house.desk.fetch(FileRequest(job_id, "0.png")).body


def test_results_expire(house: JobHouse, books: Books, caller: Caller) -> None:
    """After the time that the dialect chose; they are then gone, and the job says that they were there."""
    job_id = house.submit(caller, b"a", ttl_seconds=3600)
    house.work_once()
    books.clock.now += 3599
    assert (JobState.COMPLETED, [ItemState.COMPLETED]) == query(house, job_id, caller)

    books.clock.now += 1
    house.upkeep.sweep()

    with pytest.raises(ExpiredError):
        query(house, job_id, caller)
    with pytest.raises(ExpiredError):
        house.desk.fetch(FileRequest(job_id, "0.png"))
    assert house.rooms.objects.get(f"results/{caller.account_id}/{job_id}/0.png") is None


def test_variants_have_files_of_their_own(house: JobHouse, caller: Caller) -> None:
    """Named by source and variant, and all of them in the archive, beside a list."""
    item = CutoutRequest(b"a", variants=(Variant("small"), Variant("large")))
    request = JobRequest((item, CutoutRequest(b"b")), "native", archive=True, memo="mine")
    job_id = house.submissions.submit(request, order_of(caller)).id
    house.work_once()
    view = house.desk.query(JobQuery(job_id, "native"), caller)

    names = [file.filename for item_view in view.items for file in item_view.files]
    assert ["0-small.png", "0-large.png", "1.png"] == names
    assert ("mine", "results.zip") == (view.memo, view.archive and view.archive.filename)
    archive = house.desk.fetch(FileRequest(job_id, "results.zip")).body
    assert [True] * 4 == [name.encode() in archive for name in (*names, "results.json")]


@pytest.fixture(params=["hold", "create", "send"])
def failing(request: pytest.FixtureRequest, house: JobHouse) -> Iterator[JobHouse]:
    """A house in which one step of the submission fails, its effect done or not."""
    step: str = request.param

    def fail(*_: object) -> None:
        raise StoreUnavailableError

    with pytest.MonkeyPatch.context() as patch:
        target = {"hold": house.rooms.objects, "create": house.rooms.jobs, "send": house.rooms.waiting}[step]
        patch.setattr(type(target), {"hold": "put", "create": "create", "send": "send"}[step], fail)
        yield house


def test_a_job_that_is_not_taken_leaves_no_charge(failing: JobHouse, books: Books, caller: Caller) -> None:
    """Whichever step failed, the credits are back at once."""
    with pytest.raises(StoreUnavailableError):
        failing.submit(caller, b"a")

    assert GRANTED == account(books, caller).balance
    assert [] == list(failing.rooms.jobs.unsettled())


def ended(job: Job) -> Job | None:
    """The job at its end, as if its worker had died right after that write."""
    return job.ended(job.created_at_us)


def test_an_end_that_nobody_settled_is_settled_by_the_next_message(
    house: JobHouse, books: Books, caller: Caller
) -> None:
    """Or by the sweep; both is the same as one."""
    job_id = house.submit(caller, b"a")
    job = house.rooms.jobs.read(job_id)
    assert job is not None
    follow_up(house.rooms, job, ended)

    house.upkeep.sweep()
    held = account(books, caller).held
    books.clock.now += 61
    house.upkeep.sweep()
    house.work_once()

    assert PRICE == held
    assert (0, GRANTED) == (account(books, caller).held, account(books, caller).balance)
    assert [] == list(house.rooms.jobs.unsettled())


def front(house: JobHouse) -> JobFront:
    """Where callers meet jobs."""

    def cut_out(_request: CutoutRequest, _order: Order) -> Outcome:
        raise AssertionError

    return JobFront(house.submissions, house.work, house.desk, MoreOfJobs(house.rooms, house.desk, cut_out))


def test_a_caller_may_wait_for_the_end(house: JobHouse, books: Books, caller: Caller) -> None:
    """Nothing is left in the queue then."""
    request = JobRequest((CutoutRequest(b"a"), CutoutRequest(b"b")), "native", wait=True)
    view = front(house).handle(request, order_of(caller))

    assert isinstance(view, JobView)
    assert (JobState.COMPLETED, 2 * PRICE) == (view.state, account(books, caller).spent)
    assert house.rooms.waiting.receive() is None


@pytest.mark.parametrize("trouble", ["time", "store"])
def test_who_waits_in_vain_finds_the_job_later(
    house: JobHouse, books: Books, caller: Caller, trouble: str
) -> None:
    """What there was no time for, or no store, is done by whoever works on the queue."""
    outages = [StoreUnavailableError()] if trouble == "store" else []

    def fail(_source: bytes, _order: Order) -> None:
        if outages:
            raise outages.pop()

    house.maker.before = fail
    request = JobRequest((CutoutRequest(b"a"), CutoutRequest(b"b")), "native", wait=True)
    order = replace(order_of(caller), deadline=Deadline.after(1))
    view = front(house).handle(request, order)
    assert isinstance(view, JobView)
    assert house.work_once() is None

    assert JobState.PROCESSING == view.state
    assert (JobState.COMPLETED, [ItemState.COMPLETED] * 2) == query(house, view.id, caller)
    assert 2 * PRICE == account(books, caller).spent


def test_no_result_outlives_what_the_store_keeps(house: JobHouse, books: Books, caller: Caller) -> None:
    """The first file of a long job is the first to be forgotten, and the job says so in time."""
    job_id = house.submit(caller, b"a", b"b", ttl_seconds=DAY_SECONDS)

    def take_long(_source: bytes, _order: Order) -> None:
        books.clock.now += 600

    house.maker.before = take_long
    started_at = books.clock.now
    house.work_once()
    view = house.desk.query(JobQuery(job_id, "native"), caller)

    assert started_at + DAY_SECONDS == view.expires_at
    books.clock.now = started_at + DAY_SECONDS - 1
    assert b"made of a" == house.desk.fetch(FileRequest(job_id, "0.png")).body


@pytest.mark.parametrize("source", [b"b", NO_PICTURE])
def test_a_name_that_is_taken_leaves_the_first_job_as_it_is(
    house: JobHouse, books: Books, caller: Caller, source: bytes
) -> None:
    """Whoever comes second is refused, for whatever reason, and pays nothing."""
    job_id, other = house.submit(caller, b"a"), books.caller(GRANTED)
    with pytest.raises((InvalidParameterError, UnsupportedFormatError)):
        house.submit(other, source, id=job_id)
    house.work_once()

    assert (JobState.COMPLETED, [ItemState.COMPLETED]) == query(house, job_id, caller)
    assert GRANTED == account(books, other).balance
    assert [b"a"] == house.maker.made
