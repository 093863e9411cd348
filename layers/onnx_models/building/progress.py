"""What a person sees while models are made: a bar on a terminal, plain lines elsewhere."""

import time
from dataclasses import dataclass, field
from typing import TextIO

_BAR_CELLS = 24


@dataclass
class Progress:
    """One step at a time on a stream, with its share done and its seconds."""

    stream: TextIO
    _label: str = ""
    _started: float = field(default=0.0)

    def start(self, label: str) -> None:
        """Begin a step."""
        self._label = label
        self._started = time.monotonic()
        if self.stream.isatty():
            self.advance(0, 1)
        else:
            self._write(f"{label} ...\n")

    def advance(self, done: int, total: int) -> None:
        """Say how much of the step is done; plain lines say it only at the end."""
        if self.stream.isatty():
            filled = _BAR_CELLS * done // max(1, total)
            self._write(f"\r{self._label:<44} [{'#' * filled:.<{_BAR_CELLS}}] {self._seconds():5.1f} s")

    def finish(self) -> None:
        """End the step."""
        if self.stream.isatty():
            self.advance(1, 1)
            self._write("\n")
        else:
            self._write(f"{self._label}: {self._seconds():.1f} s\n")

    def say(self, line: str) -> None:
        """A line of its own."""
        self._write(f"{line}\n")

    def _seconds(self) -> float:
        return time.monotonic() - self._started

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()
