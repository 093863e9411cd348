"""Threads that work on queues, where no Lambda does."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handler.domain.errors import ClearcutError
from handler.ports import MessageQueue

logger = logging.getLogger(__name__)

_WAIT_SECONDS = 1.0
# A thread in the middle of a picture may finish it; what is left over is done after the next start.
_JOIN_SECONDS = 30.0

# Does what a message says; answers after how many seconds it is to come again, None where it is done.
Handle = Callable[[str], float | None]


@dataclass(frozen=True, slots=True)
class Duty:
    """A queue and what to do with its messages, by so many threads."""

    queue: MessageQueue
    handle: Handle
    threads: int = 1


class Hands:
    """Threads from a start to a stop."""

    def __init__(self, duties: Sequence[Duty]) -> None:
        self.duties = tuple(duties)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=serve, args=(duty, self._stopping), name="hand", daemon=True)
            for duty in duties
            for _ in range(duty.threads)
        ]

    def start(self) -> None:
        """Begin to receive."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Receive no more, and wait for what is in work."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)


def serve(duty: Duty, stopping: threading.Event) -> None:
    """Handle messages until told to stop; one that fails comes again by itself."""
    while not stopping.is_set():
        try:
            serve_once(duty, _WAIT_SECONDS)
        except ClearcutError:
            logger.exception("queue not served")
            stopping.wait(_WAIT_SECONDS)
        except Exception:
            logger.exception("defect in a message")


def serve_once(duty: Duty, wait_seconds: float = 0) -> bool:
    """Handle one message, if there is one."""
    delivery = duty.queue.receive(wait_seconds)
    if delivery is None:
        return False
    seconds = duty.handle(delivery.body)
    if seconds is None:
        duty.queue.done(delivery.receipt)
    else:
        duty.queue.put_back(delivery.receipt, seconds)
    return True
