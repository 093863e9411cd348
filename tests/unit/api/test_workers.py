"""So many at once, so many waiting."""

import gc
import weakref

import anyio
import pytest

from handler.api.workers import Workers
from handler.domain.errors import OverloadedError


def test_the_one_too_many_is_refused_and_a_place_is_given_back() -> None:
    """A refusal at once is better than memory that runs out."""

    async def crowd() -> int:
        workers = Workers(max_running=1, max_waiting=1)
        refused = 0
        async with workers.place(), workers.place():
            try:
                async with workers.place():
                    pass
            except OverloadedError:
                refused += 1
        async with workers.place():
            pass
        return refused

    assert anyio.run(crowd) == 1


def test_never_more_than_so_many_run() -> None:
    """Ten pieces of work in two threads."""
    running = 0
    most = 0

    def work() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        anyio.from_thread.run(anyio.sleep, 0.01)
        running -= 1

    async def crowd() -> None:
        workers = Workers(max_running=2, max_waiting=8)
        async with anyio.create_task_group() as group:
            for _ in range(10):
                group.start_soon(workers.run, work)

    anyio.run(crowd)

    assert most == 2


@pytest.mark.parametrize("fault", [ValueError, OverloadedError])
def test_a_fault_in_the_work_comes_back_and_frees_the_thread(fault: type[Exception]) -> None:
    """One broken piece of work does not take the place of the next."""

    def broken() -> None:
        raise fault

    async def twice() -> str:
        workers = Workers(max_running=1, max_waiting=0)
        with pytest.raises(fault):
            await workers.run(broken)
        return await workers.run(lambda: "done")

    assert anyio.run(twice) == "done"


class Picture:
    """Stands for what a piece of work holds much of."""


def test_a_failure_does_not_hold_on_to_what_its_work_held() -> None:
    """Refused pictures must be gone at once: the collector may come a hundred of them later."""
    held: list[weakref.ref[Picture]] = []

    def hold() -> Picture:
        picture = Picture()
        held.append(weakref.ref(picture))
        return picture

    def broken() -> None:
        inner = hold()
        raise ValueError(id(inner))

    def work() -> None:
        outer = hold()
        try:
            broken()
        except ValueError as error:
            raise OverloadedError(str(id(outer))) from error

    async def once() -> None:
        with pytest.raises(OverloadedError):
            await Workers(max_running=1, max_waiting=0).run(work)

    gc.disable()
    try:
        anyio.run(once)
        left = [reference() for reference in held]
    finally:
        gc.enable()

    assert [None, None] == left
