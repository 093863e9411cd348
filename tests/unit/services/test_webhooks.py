"""Notices of jobs' ends, read by an independent library."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from standardwebhooks import Webhook as Reader
from standardwebhooks import WebhookVerificationError

from handler.domain.account import Caller
from handler.domain.errors import (
    ImageUrlFailedError,
    ImageUrlForbiddenError,
    ImageUrlInvalidError,
    InvalidParameterError,
    UnreadableImageError,
)
from handler.domain.order import Order
from handler.domain.request import JobCancelRequest, JobQuery
from handler.fetch.courier import WebCourier
from handler.fetch.download import FetchRule
from handler.fetch.target import read_exemptions
from handler.services.webhooks import BACK_OFF_SECONDS, Webhooks, webhook_secret
from handler.stores.local.secret import LocalSecret
from tests.jobs import NO_PICTURE, JobHouse, open_house
from tests.origins import PUBLIC, Internet, open_origin
from tests.receivers import Receiver, open_receiver
from tests.unit.services.conftest import Books

DAY_SECONDS = 24 * 3600


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Whoever is told."""
    with open_receiver() as receiver:
        yield receiver


@pytest.fixture
def house(books: Books, tmp_path: Path) -> JobHouse:
    """Jobs on the books."""
    return open_house(tmp_path, books.backend, books.accounts, books.clock)


@pytest.fixture
def caller(books: Books) -> Caller:
    """An account with credits."""
    return books.caller(10_000)


@pytest.fixture
def webhooks(house: JobHouse, receiver: Receiver, tmp_path: Path) -> Webhooks:
    """Notices to that receiver, tried again after exactly as long as the table says."""
    courier = WebCourier(FetchRule(read_exemptions(receiver.exemption)))
    return Webhooks(house.rooms, courier, LocalSecret(tmp_path / "secret"), lambda _least, _most: 1.0)


def tell(house: JobHouse, webhooks: Webhooks) -> int:
    """Handle every notice that waits; answers how many there were."""
    notices = house.notices()
    for notice in notices:
        webhooks.deliver(notice)
    return len(notices)


def reader_of(home: Path, account_id: str) -> Reader:
    """The library with an account's secret."""
    return Reader(webhook_secret(LocalSecret(home / "secret"), account_id))


def test_an_independent_reader_trusts_a_notice_and_no_other(
    house: JobHouse, webhooks: Webhooks, receiver: Receiver, books: Books, tmp_path: Path
) -> None:
    """Name, moment and every byte are signed, with a secret of the account's own."""
    # The library reads the real clock.
    books.clock.now = time.time()
    caller = books.caller(10_000)
    job_id = house.submit(caller, b"a", NO_PICTURE, webhook_url=receiver.url)
    house.work_once()
    assert 1 == tell(house, webhooks)
    (notice,) = receiver.notices
    reader = reader_of(tmp_path, caller.account_id)

    told = reader.verify(notice.body, notice.headers)
    for other, body, headers in (
        (reader, notice.body + b" ", notice.headers),
        (reader, notice.body, {**notice.headers, "webhook-id": "msg_other"}),
        (reader_of(tmp_path, "org_b"), notice.body, notice.headers),
    ):
        with pytest.raises(WebhookVerificationError):
            other.verify(body, headers)

    assert "job.completed" == told["type"]
    assert (job_id, "completed") == (told["data"]["id"], told["data"]["status"])
    assert ["completed", "failed"] == [each["status"] for each in told["data"]["results"]]
    assert "/hook" == notice.path
    assert "application/json" == notice.headers["content-type"]


def test_a_job_that_failed_is_told_of_too(
    house: JobHouse, webhooks: Webhooks, receiver: Receiver, caller: Caller
) -> None:
    """And one that was cancelled is not."""

    def refuse(_source: bytes, _order: Order) -> None:
        raise UnreadableImageError

    house.maker.before = refuse
    cancelled = house.submit(caller, b"a", webhook_url=receiver.url)
    house.desk.cancel(JobCancelRequest(cancelled, "native"), caller)
    house.submit(caller, b"b", webhook_url=receiver.url)
    house.work_once()
    house.work_once()

    tell(house, webhooks)
    (told,) = (json.loads(notice.body) for notice in receiver.notices)
    assert ("job.failed", "unreadable_image") == (told["type"], told["data"]["error"]["code"])


@pytest.mark.parametrize("statuses", [[500, 429, 200], [302, 404, 204], [410]])
def test_a_receiver_that_fails_is_told_again_later(
    house: JobHouse, webhooks: Webhooks, receiver: Receiver, books: Books, statuses: list[int]
) -> None:
    """Under the same id, no sooner than the back-off says; 410 wants no more; redirects are not followed."""
    caller = books.caller(10_000)
    receiver.statuses = list(statuses)
    receiver.answer_headers = {"Location": f"{receiver.url}/elsewhere"}
    job_id = house.submit(caller, b"a", webhook_url=receiver.url)
    house.work_once()
    tell(house, webhooks)
    for seconds in BACK_OFF_SECONDS:
        books.clock.now += seconds - 1
        assert 0 == tell(house, webhooks) or seconds > 900
        books.clock.now += 1
        tell(house, webhooks)
    view = house.desk.query(JobQuery(job_id, "native"), caller)

    assert statuses == [attempt.status for attempt in view.webhook]
    assert len(statuses) == len(receiver.notices)
    assert 1 == len({notice.headers["webhook-id"] for notice in receiver.notices})
    assert {"/hook"} == {notice.path for notice in receiver.notices}


def test_a_receiver_that_never_answers_is_given_up(
    house: JobHouse, webhooks: Webhooks, receiver: Receiver, books: Books, caller: Caller
) -> None:
    """After some hours, each attempt with its reason; the job itself is none the worse."""
    job_id = house.submit(caller, b"a", webhook_url="http://127.0.0.1:9/hook", ttl_seconds=DAY_SECONDS)
    house.work_once()
    for _ in range(200):
        tell(house, webhooks)
        books.clock.now += 300
    job = house.rooms.jobs.read(job_id)

    assert job is not None
    assert job.webhook is not None
    assert 1 + len(BACK_OFF_SECONDS) == len(job.webhook.attempts)
    assert {None} == {attempt.status for attempt in job.webhook.attempts}
    assert all(attempt.failure for attempt in job.webhook.attempts)


def test_a_notice_that_is_delivered_twice_is_one_attempt(
    house: JobHouse, webhooks: Webhooks, receiver: Receiver, caller: Caller
) -> None:
    """The queue may repeat itself."""
    house.submit(caller, b"a", webhook_url=receiver.url)
    house.work_once()
    (notice,) = house.notices()
    webhooks.deliver(notice)
    webhooks.deliver(notice)

    assert 1 == len(receiver.notices)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "https://127.0.0.1/",
        "https://169.254.169.254/",
        "https://localhost/",
        "https://user@hooks.example/",
        "ftp://hooks.example/",
        "https://hooks.example:8443/",
        "nonsense",
    ],
)
def test_an_address_that_is_not_public_is_refused_at_once(receiver: Receiver, url: str) -> None:
    """A webhook reaches no more of the inside than a picture's address does, and the address is not shown."""
    courier = WebCourier(FetchRule(read_exemptions(receiver.exemption)))

    with pytest.raises(InvalidParameterError) as refused:
        courier.check(url)
    assert ("webhook_url", "another one") == (refused.value.field, refused.value.received)
    with pytest.raises((ImageUrlInvalidError, ImageUrlForbiddenError)):
        courier.post(url, {}, b"")


def test_a_name_that_leads_inside_is_never_connected_to(receiver: Receiver) -> None:
    """Every answer of the look-up counts, when the notice is sent."""
    internet = Internet(receiver.port, {"hooks.example": [[PUBLIC, "10.0.0.1"]]})
    courier = WebCourier(FetchRule(), internet.network)

    courier.check("https://hooks.example/")
    with pytest.raises(ImageUrlForbiddenError):
        courier.post("https://hooks.example/", {}, b"")
    assert [] == internet.connected


def test_a_receiver_has_only_so_long() -> None:
    """One that says nothing, or drips, is a failure like any other."""
    for page in (b"", b"HTTP/1.1 200 OK\r\nX: "):
        with open_origin() as origin:
            origin.pages["/"] = origin.drip(b"x" if page else b"", page)
            courier = WebCourier(FetchRule(read_exemptions(f"127.0.0.1:{origin.port}")), total_seconds=0.5)
            with pytest.raises(ImageUrlFailedError):
                courier.post(origin.url(), {"content-type": "application/json"}, b"{}")
