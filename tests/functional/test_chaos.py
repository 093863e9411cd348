"""Workers killed at random: nothing is lost, nothing is done twice, nothing is charged twice."""

from collections import Counter
from pathlib import Path

from handler.domain.job import ItemState, JobState
from tests.chaos import faults_of, run_chaos

JOBS = 200


def test_every_job_ends_once_and_the_books_balance(tmp_path: Path) -> None:
    """Two hundred jobs, half of their messages twice, while workers die."""
    report = run_chaos(tmp_path, JOBS, seconds=240, say=lambda _: None)
    states = Counter(job.state for job in report.jobs)
    bad = [item for job in report.jobs for item in job.items if item.index == len(job.items) - 1]

    assert [] == faults_of(report)
    assert JOBS == len(report.jobs) == states[JobState.COMPLETED] + states[JobState.FAILED]
    assert states[JobState.COMPLETED] > JOBS * 0.9
    assert 40 <= sum(item.state is ItemState.FAILED for item in bad)
    assert report.kills > 10
