"""Many callers at one moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def in_parallel(call: Callable[[int], Result], times: int) -> list[Result]:
    """Call from as many threads, all let go together."""
    gate = threading.Barrier(times)

    def wait_and_call(number: int) -> Result:
        gate.wait()
        return call(number)

    with ThreadPoolExecutor(max_workers=times) as pool:
        return list(pool.map(wait_and_call, range(times)))
