"""The model of what a picture costs."""

import pytest

from bench.cost import MEGABYTES_A_CORE, Times, price, report


def test_two_cores_take_what_was_measured_on_two() -> None:
    """And one takes what was measured on one: the model only fills in the rest."""
    times = Times("1MP", one_core_s=1.0, two_cores_s=0.6)

    assert 1.0 == pytest.approx(times.on(1))
    assert 0.6 == pytest.approx(times.on(2))
    assert 0.2 == pytest.approx(times.serial_s)
    assert 0.4 == pytest.approx(times.on(4))


def test_no_number_of_cores_makes_less_than_nothing() -> None:
    """Noise may let two cores look more than twice as fast."""
    assert 0 == Times("1MP", one_core_s=1.0, two_cores_s=0.4).serial_s


def test_a_price_is_memory_times_time_and_two_calls() -> None:
    """A second on one core: 1769/1024 gigabyte-seconds."""
    found = price(Times("1MP", 1.0, 0.5), MEGABYTES_A_CORE)

    assert 1.0 == found.seconds
    assert 1000 * (1769 / 1024 * 0.0000166667 + 0.2e-6 + 3.5e-6) == pytest.approx(found.dollars_a_thousand)


def test_the_report_marks_the_cheapest_size_of_each_picture() -> None:
    """What does not speed up by cores is cheapest on few of them."""
    prices = [price(Times("1MP", 1.0, 0.9), memory_mb) for memory_mb in (1769, 10240)]

    lines = report(prices).splitlines()[2:]
    assert [True, False] == ["cheapest" in line for line in lines]
