"""How much memory a server and its children hold at most while something runs."""

import threading
import time
from types import TracebackType
from typing import Self

import psutil

INTERVAL_SECONDS = 0.02
FAMILY_EVERY = 25


class PeakMemory:
    """
    The highest resident memory of a process tree while the block runs, looked at every 20 ms.

    The tree itself is looked up less often: listing every process costs milliseconds that the
    measured server would miss.
    """

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._family = [self._root]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak_bytes = 0

    @property
    def peak_mb(self) -> float:
        """The peak in units of a million bytes."""
        return self.peak_bytes / 1e6

    def _look(self) -> None:
        total = 0
        for process in self._family:
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        self.peak_bytes = max(self.peak_bytes, total)

    def _find_family(self) -> None:
        try:
            self._family = [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            self._family = []

    def _watch(self) -> None:
        looks = 0
        while not self._ended.is_set():
            if looks % FAMILY_EVERY == 0:
                self._find_family()
            self._look()
            looks += 1
            time.sleep(INTERVAL_SECONDS)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._find_family()
        self._look()
