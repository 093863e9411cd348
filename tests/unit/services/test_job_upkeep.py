"""Jobs that nobody looks after, and the threads that look after queues."""

import threading
from pathlib import Path

import pytest

from handler.domain.account import Caller
from handler.domain.errors import StoreUnavailableError
from handler.domain.job import JobState
from handler.domain.order import Order
from handler.domain.request import JobQuery
from handler.services.jobs.hands import Duty, Hands
from handler.services.jobs.messages import NoticeMessage, WorkMessage, read_message
from tests.jobs import PRICE, JobHouse, open_house, order_of
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


def state(house: JobHouse, job_id: str, caller: Caller) -> JobState:
    """What the owner is told."""
    return house.desk.query(JobQuery(job_id, "native"), caller).state


def lose_message(house: JobHouse) -> None:
    """Take a message and forget it, as if it had never been sent."""
    delivery = house.rooms.waiting.receive()
    assert delivery is not None
    house.rooms.waiting.done(delivery.receipt)


def test_a_job_without_a_message_gets_another(house: JobHouse, books: Books, caller: Caller) -> None:
    """Not before its time, and not one at every sweep."""
    job_id = house.submit(caller, b"a")
    lose_message(house)
    nudge_seconds = house.rooms.rule.nudge_seconds

    moved = []
    for seconds in (nudge_seconds - 1, 1, 1, nudge_seconds):
        books.clock.now += seconds
        moved.append(house.upkeep.sweep())

    assert [0, 1, 0, 1] == moved
    assert house.work_once() is None
    assert JobState.COMPLETED == state(house, job_id, caller)
    assert house.work_once() is None
    assert [b"a"] == house.maker.made


def test_a_job_in_work_is_left_in_peace(house: JobHouse, books: Books, caller: Caller) -> None:
    """By the sweep and by the end of a message that died of repetition."""
    job_id = house.submit(caller, b"a")
    moved = []

    def look_in(_source: bytes, _order: Order) -> None:
        house.upkeep.bury(job_id)
        moved.append(house.upkeep.sweep())

    house.maker.before = look_in
    house.work_once()

    assert [0] == moved
    assert JobState.COMPLETED == state(house, job_id, caller)


@pytest.mark.parametrize("finished", [0, 1])
def test_a_job_past_its_time_fails_but_for_what_it_has(
    house: JobHouse, books: Books, caller: Caller, finished: int
) -> None:
    """Whatever was made is kept and paid for; the rest goes back."""
    job_id = house.submit(caller, b"a", b"b")

    def die(source: bytes, _order: Order) -> None:
        if source == (b"a", b"b")[finished]:
            raise KeyboardInterrupt

    house.maker.before = die
    with pytest.raises(KeyboardInterrupt):
        house.work.run(job_id, order_of(caller).deadline)
    books.clock.now += house.rooms.rule.max_seconds
    house.upkeep.sweep()
    view = house.desk.query(JobQuery(job_id, "native"), caller)

    assert (JobState.COMPLETED if finished else JobState.FAILED) == view.state
    assert "deadline_exceeded" == (view.items[1].fault and view.items[1].fault.code)
    account = books.bookkeeping.find(caller.account_id)
    assert (0, finished * PRICE) == (account.held, account.spent)
    assert () == books.bookkeeping.verify(caller.account_id)


def test_a_message_that_died_fails_its_job(house: JobHouse, books: Books, caller: Caller) -> None:
    """Once: what comes later finds it so, and a job that is not there is nothing to bury."""
    job_id = house.submit(caller, b"a")
    for _ in range(5):
        assert house.rooms.waiting.receive() is not None
        books.clock.now += 301
    assert house.rooms.waiting.receive() is None
    dead = house.dead.receive()
    assert dead is not None

    message = read_message(dead.body)
    assert isinstance(message, WorkMessage)
    house.upkeep.bury(message.job_id)
    house.upkeep.bury(message.job_id)
    house.upkeep.bury("00000000-0000-4000-8000-000000000000")

    assert JobState.FAILED == state(house, job_id, caller)
    assert GRANTED == books.bookkeeping.find(caller.account_id).balance
    assert house.work.run(job_id, order_of(caller).deadline) is None
    assert [] == house.maker.made


def test_a_job_that_cannot_be_looked_after_does_not_keep_others_waiting(
    house: JobHouse, books: Books, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep goes on with the next one."""
    ids = []
    for _ in range(2):
        ids.append(house.submit(caller, b"a"))
        lose_message(house)
        books.clock.now += 1
    sent: list[str] = []

    def send(body: str, _delay: float = 0) -> None:
        if not sent:
            sent.append("failed")
            raise StoreUnavailableError
        sent.append(body)

    monkeypatch.setattr(house.rooms.waiting, "send", send)
    books.clock.now += house.rooms.rule.nudge_seconds
    assert 1 == house.upkeep.sweep()
    assert ["failed", WorkMessage(ids[1]).text()] == sent


def test_threads_handle_messages_until_they_are_stopped(house: JobHouse) -> None:
    """What fails is no end, and comes again; what is put off comes again when it said."""
    handled: list[str] = []
    all_came = threading.Event()

    def handle(text: str) -> float | None:
        handled.append(text)
        if text == "bad":
            raise ZeroDivisionError
        if text == "down":
            raise StoreUnavailableError
        if handled.count("again") == 1 and text == "again":
            return 0
        if {"good", "bad", "down"} <= set(handled) and handled.count("again") == 2:
            all_came.set()
        return None

    hands = Hands([Duty(house.rooms.waiting, handle, threads=2)])
    hands.start()
    for text in ("bad", "down", "again", "good"):
        house.rooms.waiting.send(text)
    waited = all_came.wait(30) or {"good", "bad", "down", "again"} == set(handled)
    hands.stop()
    before = len(handled)
    house.rooms.waiting.send("late")

    assert waited
    assert before == len(handled)
    assert house.rooms.waiting.receive() is not None


@pytest.mark.parametrize("message", [WorkMessage("a"), NoticeMessage("b", 3, 7)])
def test_messages_are_read_as_they_were_written(message: WorkMessage | NoticeMessage) -> None:
    """And nothing else is."""
    assert message == read_message(message.text())
    for text in (
        "",
        "[]",
        "7",
        '{"job": 1}',
        '{"notice": "b"}',
        '{"notice": "b", "attempt": "1", "due_us": 0}',
    ):
        assert read_message(text) is None


def test_a_job_goes_forward_only() -> None:
    """No end is followed by another, but for the wish to forget it."""
    order = [JobState.QUEUED, JobState.PROCESSING, JobState.COMPLETED, JobState.CANCELLED]
    for place, earlier in enumerate(order):
        assert [earlier.may_become(later) for later in order] == [n > place for n in range(len(order))]
    assert not JobState.FAILED.may_become(JobState.COMPLETED)
    assert not JobState.COMPLETED.may_become(JobState.FAILED)


def test_a_request_of_another_release_fails_the_job(house: JobHouse, books: Books, caller: Caller) -> None:
    """As does one that is gone; nobody pays for either."""
    ids = [house.submit(caller, b"a") for _ in range(2)]
    jobs = [house.rooms.jobs.read(each) for each in ids]
    assert jobs[0] is not None
    assert jobs[1] is not None
    house.rooms.objects.put(jobs[0].request_name, b'[{"source": 7}]', "application/json")
    house.rooms.objects.delete(jobs[1].request_name)
    house.work_once()
    house.work_once()

    assert [JobState.FAILED] * 2 == [state(house, each, caller) for each in ids]
    assert GRANTED == books.bookkeeping.find(caller.account_id).balance
