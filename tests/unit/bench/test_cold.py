"""What a start may cost, and how that is told."""

from collections import Counter

import pytest

from bench.cold import faults, import_table, spent_s
from bench.speed.start import Beginning

SAID = """\
import time: self [us] | cumulative | imported package
import time:      1500 |       1500 |   numpy.core
import time:      2500 |       4000 | numpy
import time:       500 |        500 | handler.local
"""
GOOD = Beginning("clearcut", 5, 0.9, 1.7, 200.0)


def test_a_package_s_time_is_that_of_its_modules() -> None:
    """Counted once each: cumulative times would count a module under everything that imports it."""
    assert Counter({"numpy": 0.004, "handler": 0.0005}) == spent_s(SAID)


def test_a_start_within_budget_has_no_faults() -> None:
    """The whole of it is met."""
    assert [] == faults({"numpy": 0.1}, GOOD)


@pytest.mark.parametrize(
    ("spent", "start", "fault"),
    [
        ({"boto3": 0.01}, GOOD, "boto3 is imported at the start"),
        ({"numpy": 5.0}, GOOD, "imports take 5.00 s"),
        ({}, Beginning("clearcut", 5, 1.1, 1.7, 200.0), "ready_s is 1.1, at most 1 was meant"),
        ({}, Beginning("clearcut", 5, 0.9, 1.9, 200.0), "first_cutout_s is 1.9"),
        ({}, Beginning("clearcut", 5, 0.9, 1.7, 251.0), "idle_mb is 251"),
    ],
)
def test_each_budget_is_held(spent: dict[str, float], start: Beginning, fault: str) -> None:
    """The fault names the figure."""
    (found,) = faults(spent, start)
    assert found.startswith(fault)


def test_the_table_leaves_no_time_out() -> None:
    """What is not shown by name is shown in one sum."""
    table = import_table(Counter({f"package{number}": 0.001 for number in range(20)}))

    assert "all others" in table
    assert ["together", "20"] == table.splitlines()[-1].strip("| ").replace(" ", "").split("|")
