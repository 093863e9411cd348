"""
How many threads to train with on a machine that others use too.

Two threads meet at a barrier after every layer: when one of them waits for a core, both do, and two are then
three times slower than one. So both are tried now and then, and the faster one is kept.
"""

from dataclasses import dataclass, field

TRIAL_STEPS = 5
KEEP_STEPS = 60


@dataclass
class ThreadChoice:
    """Which thread count the next step should use, from the speed of the last trials."""

    counts: tuple[int, ...]
    _seconds: dict[int, list[float]] = field(default_factory=dict)
    _step: int = 0

    def next_count(self) -> int:
        """Each count in turn while trying, then the fastest until the next trial."""
        place = self._step % (TRIAL_STEPS * len(self.counts) + KEEP_STEPS)
        if place == 0:
            self._seconds = {count: [] for count in self.counts}
        trial = place // TRIAL_STEPS
        if trial < len(self.counts):
            return self.counts[trial]
        return min(self.counts, key=lambda count: _middle(self._seconds[count]))

    def note(self, count: int, seconds: float) -> None:
        """Remember how long a step took."""
        self._seconds[count].append(seconds)
        self._step += 1


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
