"""What every store of jobs promises."""

from dataclasses import replace

import pytest

from handler.domain.account import Hold
from handler.domain.job import (
    ItemState,
    Job,
    JobFault,
    JobFile,
    JobItem,
    JobState,
    Lease,
    Webhook,
    WebhookAttempt,
)
from handler.ports import JobStore
from tests.backends import Backend
from tests.parallel import in_parallel

NOW_US = 1_800_000_000_000_000
HOUR_US = 3_600_000_000
QUEUED = Job(
    id="0b7f4f3c-8a0e-4a64-9a0e-6a4d0d3a9f10",
    account_id="org_a",
    test=False,
    dialect="native",
    hold=Hold("hold1", "org_a", "req_1", 3000, 7000, NOW_US + HOUR_US),
    request_name="jobs/1/request.json",
    items=tuple(JobItem(index, 1000) for index in range(3)),
    created_at_us=NOW_US,
    deadline_us=NOW_US + HOUR_US,
    ttl_seconds=3600,
    webhook=Webhook("https://hooks.example/a"),
)
FILE = JobFile("default", "results/1/0.png", "image/png", 12345, 640, 480, "model@0123456789ab")
FULL = replace(
    QUEUED,
    version=2,
    state=JobState.PROCESSING,
    stage="matte",
    progress=1 / 3,
    claims=2,
    lease=Lease("worker", NOW_US + 1),
    started_at_us=NOW_US,
    nudged_at_us=NOW_US,
    items=(
        JobItem(0, 1000, ItemState.COMPLETED, (FILE,)),
        JobItem(1, 1000, ItemState.FAILED, fault=JobFault("unreadable_image", "The image \u2026")),
        JobItem(2, 1000),
    ),
    webhook=Webhook("https://hooks.example/a", (WebhookAttempt(NOW_US, None, "late"),)),
)
SETTLED = replace(FULL.ended(NOW_US), version=3, settled=True)


@pytest.fixture
def store(backend: Backend) -> JobStore:
    """A store in which one job waits."""
    assert backend.jobs.create(QUEUED)
    return backend.jobs


def test_a_job_comes_back_as_it_was(store: JobStore) -> None:
    """Every field of it; and what was never kept is none."""
    assert QUEUED == store.read(QUEUED.id)
    assert store.replace(FULL)
    assert FULL == store.read(QUEUED.id)
    assert store.read("another") is None


def test_creation_may_be_repeated_and_takes_nothing_over(store: JobStore) -> None:
    """An answer that was lost does no harm, and no id is given twice."""
    assert store.create(QUEUED)
    assert not store.create(replace(QUEUED, account_id="org_b"))
    assert QUEUED == store.read(QUEUED.id)


def test_a_write_follows_the_version_that_it_saw(store: JobStore) -> None:
    """Repeated it is the same write; one that saw less is refused."""
    assert store.replace(FULL)
    assert store.replace(FULL)
    assert not store.replace(replace(FULL, stage="encode"))
    assert not store.replace(replace(QUEUED, version=4))
    assert not store.replace(replace(FULL, id="another"))
    assert FULL == store.read(QUEUED.id)


def test_of_many_writers_one_succeeds(store: JobStore) -> None:
    """The others know that they did not."""
    claims = [QUEUED.claimed(Lease(f"worker{n}", NOW_US + 1), NOW_US) for n in range(16)]
    taken = in_parallel(lambda n: store.replace(replace(claims[n], version=2)), 16)
    found = store.read(QUEUED.id)

    assert 1 == sum(taken)
    assert found is not None
    assert claims[taken.index(True)].lease == found.lease


def test_what_is_not_settled_can_be_found(store: JobStore) -> None:
    """Oldest first, until it is settled."""
    older = replace(QUEUED, id="older", created_at_us=NOW_US - 1)
    assert store.create(older)

    assert [older, QUEUED] == list(store.unsettled())
    assert store.replace(FULL)
    assert [older, FULL] == list(store.unsettled())
    assert store.replace(SETTLED)
    assert [older] == list(store.unsettled())


def test_cleaning_forgets_no_job_before_its_time(store: JobStore) -> None:
    """A store may clean by itself or be told to; each job is answered once, and still known afterwards."""
    assert store.replace(FULL)
    assert store.replace(SETTLED)
    assert SETTLED.expires_at_us is not None

    assert () == store.forget_expired(SETTLED.expires_at_us - 1)
    assert store.forget_expired(SETTLED.expires_at_us) in {(), (SETTLED,)}
    assert () == store.forget_expired(SETTLED.expires_at_us)
    assert SETTLED == store.read(QUEUED.id)


def test_what_is_not_settled_is_not_forgotten(store: JobStore) -> None:
    """However old it is: there may be credits in it."""
    assert () == store.forget_expired(NOW_US + 1000 * HOUR_US)
    assert QUEUED == store.read(QUEUED.id)
