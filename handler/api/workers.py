"""Bounded room for heavy work, so that the event loop stays free and memory stays bounded."""

import functools
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import anyio
import anyio.to_thread

from handler.domain.errors import OverloadedError

T = TypeVar("T")


class Workers:
    """So many pieces of work at once, so many more waiting; the next is refused at once."""

    def __init__(self, max_running: int, max_waiting: int) -> None:
        self._max_running = max_running
        self._max_admitted = max_running + max_waiting
        self._admitted = 0
        self._running: anyio.CapacityLimiter | None = None

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold a place from before the body is read, since bodies are what fills memory."""
        if self._admitted >= self._max_admitted:
            raise OverloadedError(f"{self._admitted} requests are in work already")
        self._admitted += 1
        try:
            yield
        finally:
            self._admitted -= 1

    async def run(self, work: Callable[[], T]) -> T:
        """Run in a thread once one is free."""
        # A limiter belongs to an event loop, and there is none before the first call.
        if self._running is None:
            self._running = anyio.CapacityLimiter(self._max_running)
        return await anyio.to_thread.run_sync(functools.partial(_run, work), limiter=self._running)


def _run(work: Callable[[], T]) -> T:
    """Run, and empty the frames of a failure: its error lives on in a cycle, and they hold pictures."""
    try:
        return work()
    except BaseException as error:
        failure: BaseException | None = error
        while failure is not None:
            traceback.clear_frames(failure.__traceback__)
            failure = failure.__context__
        raise
