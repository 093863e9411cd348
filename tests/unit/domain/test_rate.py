"""The arithmetic of request rates."""

from hypothesis import given
from hypothesis import strategies as st

from handler.domain.rate import Rate, RateWindow

NOW_US = 1_800_000_000_000_000


def admitted(rate: Rate, moments_us: list[int]) -> list[int]:
    """Moments at which a request passes, asked in order."""
    tat_us, passed = 0, []
    for now_us in moments_us:
        if rate.admits(tat_us, now_us):
            tat_us = rate.next_tat_us(tat_us, now_us)
            passed.append(now_us)
    return passed


def test_a_full_period_may_come_at_once() -> None:
    """And then one request an interval."""
    rate = Rate.per_second(4)

    assert 4 == len(admitted(rate, [NOW_US] * 10))
    assert 6 == len(admitted(rate, [NOW_US] * 10 + [NOW_US + 250_000] * 3 + [NOW_US + 500_000] * 3))


@given(
    st.integers(1, 50),
    st.lists(st.integers(0, 400_000), min_size=1, max_size=200),
    st.integers(1, 10),
)
def test_no_span_of_time_admits_more_than_its_share_and_one_burst(
    requests: int, steps_us: list[int], seconds: int
) -> None:
    """In any window of n seconds at most n + 1 periods' worth passes, and one that the edge cuts."""
    rate = Rate.per_second(requests)
    moments_us = [NOW_US + sum(steps_us[:n]) for n in range(len(steps_us))]
    passed = admitted(rate, moments_us)
    busiest = max(sum(start <= each < start + seconds * 1_000_000 for each in passed) for start in passed)

    assert busiest <= requests * (seconds + 1) + 1


def test_waiting_as_told_is_enough() -> None:
    """Retry-After is true, in whole seconds, and at least one."""
    for rate in (Rate.per_second(3), Rate.per_minute(7)):
        tat_us = 0
        while rate.admits(tat_us, NOW_US):
            tat_us = rate.next_tat_us(tat_us, NOW_US)
        wait_seconds = rate.wait_seconds(tat_us, NOW_US)

        assert wait_seconds >= 1
        assert rate.admits(tat_us, NOW_US + wait_seconds * 1_000_000)


def test_the_window_counts_down() -> None:
    """Limit, what is left of it, and when it is whole again."""
    rate = Rate.per_minute(3)
    tats_us = [0]
    for _ in range(3):
        tats_us.append(rate.next_tat_us(tats_us[-1], NOW_US))

    expected = [RateWindow(3, 3, 0), RateWindow(3, 2, 20), RateWindow(3, 1, 40), RateWindow(3, 0, 60)]
    assert expected == [rate.window(tat_us, NOW_US) for tat_us in tats_us]
