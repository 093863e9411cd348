"""Pictures that come by way of `/v1/uploads`, over real connections."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image
from starlette.testclient import TestClient

from handler.bootstrap import open_books
from handler.bootstrap.service import Service, build
from handler.domain.account import Caller as Client
from handler.domain.errors import TokenRefusedError
from handler.services.tokens import Grant
from handler.services.uploads import Uploads
from handler.settings import Settings
from tests.customers import new_key, used
from tests.entries import environment
from tests.fakes import FakeModel
from tests.images import encoded, gradient, noise
from tests.serving import served
from tools.aws_stand_in import deploy, running_aws
from tools.listening import free_port

CLIENT = Client("org_a", "key_a", test=False)
MEGABYTE = 1_000_000
# Noise does not compress, so a picture's bytes are known by its sides.
SIDES = {6.1: (1500, 1356), 19.0: (2600, 2437)}


@dataclass(frozen=True, slots=True)
class Caller:
    """A customer of a service behind a socket."""

    address: str
    key: str

    def ask(self, path: str, **fields: object) -> httpx2.Response:
        """One request in JSON."""
        return httpx2.post(f"{self.address}{path}", json=fields, headers={"x-api-key": self.key}, timeout=120)

    def send(self, ticket: Mapping[str, Any], data: bytes) -> httpx2.Response:
        """What a ticket says to do."""
        return httpx2.post(str(ticket["url"]), data=ticket["fields"], files={"file": data}, timeout=120)

    def upload(self, data: bytes) -> str:
        """Send a picture, and give its name."""
        ticket = self.ask("/v1/uploads", content_type="image/png", bytes=len(data)).json()
        assert 204 == self.send(ticket, data).status_code
        return str(ticket["upload_id"])


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """The whole house, with a fake model, at an address that is known beforehand."""
    return build(Settings(home=tmp_path, port=free_port()), model=FakeModel())


@pytest.fixture
def caller(tmp_path: Path) -> Iterator[Caller]:
    """A customer with ten credits, of a service that listens."""
    port = free_port()
    service = build(Settings(home=tmp_path, port=port), model=FakeModel())
    with served(service, port):
        yield Caller(f"http://127.0.0.1:{port}", new_key(service))


@pytest.fixture
def caller_in_aws() -> Iterator[TestClient]:
    """A customer of a function's application, whose stores are moto's."""
    with running_aws() as endpoint:
        deployment = deploy(endpoint, 10)
        with environment(deployment.settings(endpoint)):
            app = build(Settings(), FakeModel()).app
        with TestClient(app, headers={"x-api-key": deployment.key}) as client:
            yield client


@pytest.mark.parametrize("megabytes", list(SIDES))
def test_a_picture_that_no_request_carries_is_uploaded_and_cut_out(caller: Caller, megabytes: float) -> None:
    """In AWS one request has 4.5 MB at most; the charge is that of any other picture."""
    width, height = SIDES[megabytes]
    data = encoded(noise(width, height, 3))
    answer = caller.ask("/v1/remove", upload_id=caller.upload(data), format="webp", size="preview")

    assert megabytes == pytest.approx(len(data) / MEGABYTE, abs=0.06)
    assert 200 == answer.status_code, answer.text
    assert 256 == max(Image.open(io.BytesIO(answer.content)).size)
    assert "1" == answer.headers["x-credits-charged"]


def test_an_upload_may_be_used_again_until_another_takes_its_place(caller: Caller) -> None:
    """It is a picture like any other."""
    first, second = encoded(gradient(48, 32)), encoded(gradient(20, 10))
    upload_id = caller.upload(first)
    widths = [caller.ask("/v1/remove", upload_id=upload_id).headers["x-image-width"] for _ in range(2)]
    other = caller.ask("/v1/remove", upload_id=caller.upload(second)).headers["x-image-width"]

    assert (["48", "48"], "20") == (widths, other)


def test_an_upload_is_its_accounts_own(service: Service) -> None:
    """Another account's, a made-up one and one that was never sent are one answer, at no charge."""
    data = encoded(gradient())
    with TestClient(service.app) as client:
        keys = [new_key(service) for _ in range(2)]
        account_id = service.books.authentication.by_key(keys[0]).account_id
        kept = Uploads(service.books.stores.objects, len(data)).keep(account_id, data)
        unsent = client.post(
            "/v1/uploads", json={"content_type": "image/png", "bytes": 5}, headers={"x-api-key": keys[0]}
        ).json()["upload_id"]
        answers = [
            client.post("/v1/remove", data={"upload_id": upload_id}, headers={"x-api-key": key})
            for key, upload_id in ((keys[1], kept), (keys[0], "0"), (keys[0], unsent), (keys[0], kept))
        ]

        assert [404, 404, 404, 200] == [answer.status_code for answer in answers]
        errors = [{**answer.json(), "request_id": ""} for answer in answers[:3]]
        assert [errors[0]] * 3 == errors
        assert "not_found" == errors[0]["code"]
        assert [1, 0] == [used(client, key) for key in keys]


def test_a_file_that_does_not_fit_its_ticket_is_refused(caller: Caller) -> None:
    """In the service's own words, since the service itself takes it."""
    ticket = caller.ask("/v1/uploads", content_type="image/png", bytes=5).json()
    answers = [caller.send(ticket, b"sixsix"), caller.send({**ticket, "fields": {}}, b"x")]

    assert ["image_too_large", "permission_denied"] == [answer.json()["code"] for answer in answers]
    assert 400 == httpx2.post(ticket["url"], data=ticket["fields"]).status_code
    assert 204 == caller.send(ticket, b"five.").status_code


def test_browsers_of_any_origin_may_use_addresses(caller: Caller) -> None:
    """To post a picture, and to follow a link; what they get is a file and nothing that runs."""
    ticket = caller.ask("/v1/uploads", content_type="image/png", bytes=5).json()
    preflight = httpx2.options(
        ticket["url"], headers={"Origin": "null", "Access-Control-Request-Method": "POST"}
    )
    answer = httpx2.get(ticket["url"], headers={"Origin": "https://elsewhere.example"})

    assert "*" == preflight.headers["access-control-allow-origin"]
    assert "*" == answer.headers["access-control-allow-origin"]
    assert "nosniff" == answer.headers["x-content-type-options"]


def test_asking_for_uploads_is_free_and_counts_against_the_rate(tmp_path: Path) -> None:
    """Or one key could fill the store."""
    service = build(Settings(home=tmp_path, requests_per_minute=3, requests_per_second=3), FakeModel())
    with TestClient(service.app) as client:
        key = new_key(service)
        asked = {"content_type": "image/png", "bytes": 5}
        answers = [
            client.post("/v1/uploads", json=asked, headers={"x-api-key": key}).status_code for _ in range(4)
        ]

        assert [200, 200, 200, 429] == answers
        assert used(client, key) == 0


def test_with_zero_retention_there_are_no_uploads(tmp_path: Path) -> None:
    """Said clearly, and nothing lies anywhere."""
    service = build(Settings(home=tmp_path, zero_retention=True), FakeModel())
    with TestClient(service.app) as client:
        headers = {"x-api-key": new_key(service)}
        answers = [
            client.post("/v1/uploads", json={"content_type": "image/png", "bytes": 5}, headers=headers),
            client.post(
                "/v1/remove", json={"upload_id": "00000000-0000-4000-8000-000000000001"}, headers=headers
            ),
        ]

    assert [(403, "permission_denied")] * 2 == [(each.status_code, each.json()["code"]) for each in answers]
    assert all("stores no pictures" in each.json()["message"] for each in answers)
    assert [] == list(tmp_path.glob("objects/**/*"))


def test_in_aws_a_form_leads_to_the_bucket_and_back(caller_in_aws: TestClient) -> None:
    """The service has no address of its own for files there."""
    data = encoded(gradient())
    ticket = caller_in_aws.post("/v1/uploads", json={"content_type": "image/png", "bytes": len(data)}).json()
    sent = httpx2.post(ticket["url"], data=ticket["fields"], files={"file": data})
    answer = caller_in_aws.post("/v1/remove", json={"upload_id": ticket["upload_id"]})

    assert 204 == sent.status_code
    assert 200 == answer.status_code, answer.text
    assert "48" == answer.headers["x-image-width"]
    assert 404 == caller_in_aws.get("/files/uploads/x").status_code


def test_in_aws_tokens_are_signed_with_the_deployments_secret() -> None:
    """And used up in its table."""
    with running_aws() as endpoint, environment(deploy(endpoint, 1).settings(endpoint)):
        tokens = open_books(Settings()).tokens
        text = tokens.issue(CLIENT, ("POST", "/x"), "{}", 60)

        assert Grant(CLIENT, "{}") == tokens.redeem(text, ("POST", "/x"))
        with pytest.raises(TokenRefusedError):
            open_books(Settings()).tokens.redeem(text, ("POST", "/x"))
