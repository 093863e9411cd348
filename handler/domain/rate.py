"""
Request rates by GCRA, whose whole state is one moment: the theoretical arrival time ("tat").

Each request moves the tat one interval ahead, from now at the earliest. A request is admitted while
the tat stays within one period of now, so a full period's worth may come at once and the rest evenly.
"""

from dataclasses import dataclass

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US


@dataclass(frozen=True, slots=True)
class RateWindow:
    """What a caller is told about its rate: the RateLimit-* figures."""

    limit: int
    remaining: int
    reset_seconds: int


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many requests in a period."""

    name: str
    requests: int
    period_us: int

    @classmethod
    def per_second(cls, requests: int) -> "Rate":
        """A rate by the second."""
        return cls("second", requests, SECOND_US)

    @classmethod
    def per_minute(cls, requests: int) -> "Rate":
        """A rate by the minute."""
        return cls("minute", requests, MINUTE_US)

    @property
    def interval_us(self) -> int:
        """The even distance between requests at exactly this rate."""
        return max(1, self.period_us // self.requests)

    def latest_tat_us(self, now_us: int) -> int:
        """The furthest tat at which a request is still admitted."""
        return now_us + (self.requests - 1) * self.interval_us

    def admits(self, tat_us: int, now_us: int) -> bool:
        """Whether one more request fits."""
        return tat_us <= self.latest_tat_us(now_us)

    def next_tat_us(self, tat_us: int, now_us: int) -> int:
        """The tat after one more request."""
        return max(tat_us, now_us) + self.interval_us

    def wait_seconds(self, tat_us: int, now_us: int) -> int:
        """Whole seconds until a request fits again, at least one."""
        return max(1, _ceil_seconds(tat_us - self.latest_tat_us(now_us)))

    def window(self, tat_us: int, now_us: int) -> RateWindow:
        """The figures at a tat."""
        ahead_us = max(0, tat_us - now_us)
        remaining = max(0, self.requests - -(-ahead_us // self.interval_us))
        return RateWindow(self.requests, remaining, _ceil_seconds(ahead_us))


def _ceil_seconds(microseconds: int) -> int:
    return -(-microseconds // SECOND_US)
