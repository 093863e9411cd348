"""What every queue promises."""

import time
from pathlib import Path

import pytest

from handler.ports import MessageQueue
from tests.queues import MAX_RECEIVES, VISIBILITY_SECONDS, Queues, open_aws_queues, open_local_queues

PATIENCE_SECONDS = 10


@pytest.fixture
def queues(endpoint: str, tmp_path: Path) -> Queues:
    """Queues that hold nothing yet."""
    return open_aws_queues(endpoint) if endpoint else open_local_queues(tmp_path)


def taken(queue: MessageQueue, count: int = 1) -> list[str]:
    """Bodies as they come, their messages left undone; fewer where no more come in time."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    bodies: list[str] = []
    while len(bodies) < count and time.monotonic() < ends_at:
        if delivery := queue.receive(0.2):
            bodies.append(delivery.body)
    return bodies


def test_a_message_that_is_done_comes_once(queues: Queues) -> None:
    """Whole, whatever it says."""
    queue = queues.waiting
    queue.send('{"job": "\u2026"}')
    delivery = queue.receive(5)

    assert delivery is not None
    assert '{"job": "\u2026"}' == delivery.body
    queue.done(delivery.receipt)
    time.sleep(VISIBILITY_SECONDS + 0.1)
    assert queue.receive() is None


def test_a_message_in_work_is_not_seen_until_it_is_put_back(queues: Queues) -> None:
    """Nobody else takes it meanwhile."""
    queue = queues.waiting
    queue.send("a")
    delivery = queue.receive(5)

    assert delivery is not None
    assert queue.receive() is None
    queue.put_back(delivery.receipt, 0)
    assert ["a"] == taken(queue)


def test_a_message_whose_receiver_died_comes_again(queues: Queues) -> None:
    """After its time."""
    queues.waiting.send("a")

    assert ["a", "a"] == taken(queues.waiting, 2)


def test_a_message_comes_no_sooner_than_said(queues: Queues) -> None:
    """Those sent later may come before it."""
    queues.waiting.send("late", 2)
    queues.waiting.send("soon")

    assert ["soon"] == taken(queues.waiting)
    assert ["late"] == [body for body in taken(queues.waiting, 3) if body == "late"][:1]


def test_a_message_that_came_too_often_is_dead(queues: Queues) -> None:
    """It moves to where somebody looks after it, and is gone from here."""
    queues.waiting.send("poison")
    for _ in range(MAX_RECEIVES):
        delivery = queues.waiting.receive(5)
        assert delivery is not None
        queues.waiting.put_back(delivery.receipt, 0)

    assert queues.waiting.receive() is None
    assert ["poison"] == taken(queues.dead)


def test_every_message_of_many_comes(queues: Queues) -> None:
    """None is lost and, while each is done in time, none comes twice."""
    for number in range(20):
        queues.waiting.send(str(number))
    found = []
    while delivery := queues.waiting.receive(1):
        found.append(delivery.body)
        queues.waiting.done(delivery.receipt)

    assert [str(number) for number in range(20)] == sorted(found, key=int)
