"""The functions behind the queues, with everything else in moto."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import httpx2
import pytest
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.settings import Settings
from tests.customers import new_key, used
from tests.deployment import Deployment as Described
from tests.deployment import settle, transform
from tests.entries import Context, environment, imported, modules_after
from tests.fakes import FakeModel
from tests.functional.test_jobs import picture, submitted
from tests.grants import recorded
from tools.aws_stand_in import LOGIN, Deployment, deploy, running_aws

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Timed(Context):
    """An invocation with time left."""

    def get_remaining_time_in_millis(self) -> int:
        """The function's whole time."""
        return 300_000


@dataclass(frozen=True, slots=True)
class House:
    """A deployment, its web function, and its queues seen as their pollers see them."""

    service: Service
    deployment: Deployment
    variables: dict[str, str]
    sqs: "SQSClient"

    def event(self, queue: str) -> Event:
        """The next message of a queue, as its poller gives it to a function."""
        url = self.deployment.queues[queue]
        (message,) = self.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2).get("Messages", [])
        record = {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
        }
        return {"Records": [record]}

    def invoke(self, name: str, *events: Event) -> list[dict[str, Any]]:
        """Start a function and give it these events."""
        with imported(f"handler.{name}", self.variables) as entry:
            return [entry.handler(event, Timed()) for event in events]


DONE: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture
def house() -> Iterator[House]:
    """A deployment of its own."""
    with running_aws() as endpoint, pytest.MonkeyPatch.context() as patch:
        patch.setattr("handler.bootstrap.model.load_model", lambda _: FakeModel())
        deployment = deploy(endpoint, 1)
        variables = deployment.settings(endpoint)
        sqs: SQSClient = boto3.client("sqs", endpoint_url=endpoint, **LOGIN)
        # Some of its connections are made when they are first needed.
        with environment(variables):
            yield House(build(Settings(), FakeModel()), deployment, variables, sqs)


@pytest.fixture
def service(house: House) -> Service:
    """Its web function."""
    return house.service


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Described:
    """What SAM makes of the template."""
    path: Path = transform(tmp_path_factory.mktemp("described"))
    return settle(path)


def look(client: TestClient, key: str, job_id: str) -> dict[str, Any]:
    """The job as its owner sees it."""
    content: dict[str, Any] = client.get(f"/v1/jobs/{job_id}", headers={"x-api-key": key}).json()
    return content


def test_a_message_is_worked_on_once_however_often_it_comes(
    house: House, client: TestClient, key: str
) -> None:
    """The result lies in the bucket, where its link leads."""
    job_id = submitted(client, key, files={"image_file": picture()})["id"]
    event = house.event("JobsQueue")

    assert [DONE, DONE] == house.invoke("worker", event, event)
    done = look(client, key, job_id)
    assert ("completed", 1) == (done["status"], used(client, key))
    assert httpx2.get(done["result_url"]).content.startswith(b"\x89PNG")


def test_a_message_that_says_nothing_is_no_poison(house: House) -> None:
    """It is dropped, as is one of a job that is not there."""
    records = [
        {"messageId": "1", "receiptHandle": "r", "body": body}
        for body in ("nonsense", "{}", '{"job": "00000000-0000-4000-8000-000000000000"}', '{"job": 7}')
    ]

    assert [DONE] == house.invoke("worker", {"Records": records})
    assert [DONE] == house.invoke("errands", {"Records": records})


def test_a_dead_message_fails_its_job_and_gives_back_its_credits(
    house: House, client: TestClient, key: str
) -> None:
    """Its owner is told why, as far as that is known."""
    job_id = submitted(client, key, files={"image_file": picture()})["id"]
    held = used(client, key)

    assert [DONE] == house.invoke("errands", house.event("JobsQueue"))
    failed = look(client, key, job_id)
    assert ("failed", "internal_server_error") == (failed["status"], failed["error"]["code"])
    assert (1, 0) == (held, used(client, key))
    assert [DONE] == house.invoke("errands", {"source": "aws.events"})


def test_a_webhook_never_reaches_the_functions_own_machine(
    house: House, client: TestClient, key: str
) -> None:
    """It is refused when it is submitted, so that nothing is ever sent there."""
    answer = client.post(
        "/v1/jobs",
        headers={"x-api-key": key},
        files={"image_file": picture()},
        data={"webhook_url": "https://127.0.0.1:9001/2018-06-01/runtime/invocation/next"},
    )

    assert (400, "webhook_url") == (answer.status_code, answer.json()["details"]["field"])
    assert 0 == used(client, key)


def test_the_end_is_told_by_the_small_function(house: House, client: TestClient, key: str) -> None:
    """And where nobody listens, told again later."""
    options = {"webhook_url": "https://hooks.invalid/"}
    job_id = submitted(client, key, files={"image_file": picture()}, data=options)["id"]
    house.invoke("worker", house.event("JobsQueue"))

    assert [DONE] == house.invoke("errands", house.event("NoticesQueue"))
    (attempt,) = look(client, key, job_id)["webhook_attempts"]
    assert attempt["status"] is None
    assert "resolved" in attempt["failure"]


def test_each_function_asks_for_what_its_role_allows(
    house: House, client: TestClient, key: str, described: Described
) -> None:
    """A right that is missing is missed in AWS only."""
    submitted(client, key, files={"image_file": picture()})
    house.service.books.keys.list(new_key(house.service))
    event = house.event("JobsQueue")

    for name, role, given in (
        ("worker", "WorkerRole", event),
        ("errands", "ErrandsRole", event),
        ("errands", "ErrandsRole", {"source": "aws.events"}),
    ):
        (statement,) = (each for each in described.statements(role) if "Condition" in each)
        with recorded() as asks:
            house.invoke(name, given)
        assert [] == [ask for ask in asks if not ask.is_within(statement)]
        assert asks


def test_the_small_function_starts_without_the_model(house: House) -> None:
    """And without the web: it is paid for by the millisecond, too."""
    assert set() == {"onnxruntime", "fastapi", "PIL"} & modules_after("handler.errands", house.variables)
