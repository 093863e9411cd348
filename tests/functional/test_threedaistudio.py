"""3D AI Studio's clients: submit, poll, fetch the result."""

import io
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.settings import Settings
from tests.customers import new_key, used
from tests.fakes import FakeModel
from tests.images import encoded
from tests.origins import Origin, answer, open_origin
from tests.working import finish_jobs

SUBMIT = "/v1/tools/remove-bg/"
PICTURE = encoded(np.full((60, 80, 3), (200, 30, 40), np.uint8))


@pytest.fixture
def origin() -> Iterator[Origin]:
    """A server with a picture."""
    with open_origin({"/photo.png": answer(PICTURE)}) as origin:
        yield origin


@pytest.fixture
def service(tmp_path: Path, origin: Origin) -> Service:
    """The whole house, with a fake model."""
    exempt = f"127.0.0.1:{origin.port}"
    return build(Settings(home=tmp_path, fetch_allow_hosts=exempt), model=FakeModel())


@pytest.fixture
def headers(key: str) -> dict[str, str]:
    """How the vendor's clients show a key."""
    return {"Authorization": f"Bearer {key}"}


def submit(
    client: TestClient, headers: dict[str, str], data: bytes = PICTURE, **form: str
) -> httpx2.Response:
    """Submit a file as the documentation does."""
    return client.post(SUBMIT, headers=headers, files={"image_file": data}, data=form)


def polled(client: TestClient, headers: dict[str, str], task_id: str) -> dict[str, Any]:
    """How a task stands."""
    answer = client.get(f"/v1/generation-request/{task_id}/status/", headers=headers)
    assert 200 == answer.status_code, answer.text
    content: dict[str, Any] = answer.json()
    return content


def finished(
    client: TestClient, service: Service, headers: dict[str, str], data: bytes = PICTURE, **form: str
) -> dict[str, Any]:
    """What a submission comes to."""
    submitted = submit(client, headers, data, **form)
    assert 200 == submitted.status_code, submitted.text
    finish_jobs(service)
    return polled(client, headers, submitted.json()["task_id"])


def result(client: TestClient, content: dict[str, Any]) -> Image.Image:
    """The one result, fetched without a key."""
    (row,) = content["results"]
    return Image.open(io.BytesIO(client.get(row["asset"]).content))


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    """Status and sentence, which are the whole of an error."""
    assert {"detail"} == set(answer.json())
    return answer.status_code, answer.json()["detail"]


def test_a_submission_is_answered_with_its_task(client: TestClient, headers: dict[str, str]) -> None:
    """At once: a UUID and the time in whole seconds of UTC."""
    answer = submit(client, headers)
    content = answer.json()

    assert (200, {"task_id", "created_at"}) == (answer.status_code, set(content))
    assert str(uuid.UUID(content["task_id"])) == content["task_id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", content["created_at"])


def test_a_task_waits_until_it_is_worked_on(
    client: TestClient, service: Service, headers: dict[str, str]
) -> None:
    """With an empty list of results all along."""
    task_id = submit(client, headers).json()["task_id"]
    waiting = polled(client, headers, task_id)
    finish_jobs(service)
    done = polled(client, headers, task_id)

    assert {"status": "PENDING", "progress": 0, "failure_reason": None, "results": []} == waiting
    assert ("FINISHED", 100, None) == (done["status"], done["progress"], done["failure_reason"])
    (row,) = done["results"]
    assert {"asset", "asset_url", "asset_type", "metadata"} == set(row)
    assert "EDITED_IMAGE" == row["asset_type"]
    assert {"result_type": "background_removed", "quality": "medium"} == row["metadata"]


def test_the_result_is_a_cut_out(client: TestClient, service: Service, headers: dict[str, str]) -> None:
    """A PNG with alpha, at the picture's size, to be had without a key."""
    picture = result(client, finished(client, service, headers))

    assert ("PNG", "RGBA", (80, 60)) == (picture.format, picture.mode, picture.size)
    assert ((0, 0, 0, 0), (200, 30, 40, 255)) == (picture.getpixel((0, 0)), picture.getpixel((40, 30)))


@pytest.mark.parametrize("value", ["true", "True", "1"])
def test_a_mask_is_grey(client: TestClient, service: Service, headers: dict[str, str], value: str) -> None:
    """White where the subject is; the metadata say so."""
    content = finished(client, service, headers, return_mask=value)
    picture = result(client, content)

    assert "L" == picture.mode
    assert (0, 255) == (picture.getpixel((0, 0)), picture.getpixel((40, 30)))
    assert content["results"][0]["metadata"] == {
        "result_type": "background_removed",
        "quality": "medium",
        "mask": True,
    }


@pytest.mark.parametrize(
    ("quality", "terms"), [("low", (2048, 3)), ("medium", (2048, 4)), ("high", (4096, 5))]
)
def test_each_quality_has_its_size_and_its_price(
    client: TestClient,
    service: Service,
    headers: dict[str, str],
    key: str,
    quality: str,
    terms: tuple[int, int],
) -> None:
    """Larger pictures are made smaller in proportion."""
    wide = encoded(np.full((40, 5000, 3), 90, np.uint8))
    content = finished(client, service, headers, wide, quality=quality)

    assert quality == content["results"][0]["metadata"]["quality"]
    assert terms == (result(client, content).width, used(client, key))


def test_an_address_is_taken_in_json_and_in_a_form(
    client: TestClient, service: Service, headers: dict[str, str], origin: Origin
) -> None:
    """A flag as a real one in JSON."""
    url = origin.url("/photo.png")
    in_json = client.post(SUBMIT, headers=headers, json={"image_url": url, "return_mask": True})
    in_form = client.post(SUBMIT, headers=headers, data={"image_url": url}, files={"ignored": b""})
    finish_jobs(service)

    modes = [
        result(client, polled(client, headers, each.json()["task_id"])).mode for each in (in_json, in_form)
    ]
    assert ["L", "RGBA"] == modes


def test_a_task_that_fails_says_why_and_costs_nothing(
    client: TestClient, service: Service, headers: dict[str, str], key: str, origin: Origin
) -> None:
    """What is held goes back."""
    gone = client.post(SUBMIT, headers=headers, json={"image_url": origin.url("/nothing.png")})
    finish_jobs(service)
    content = polled(client, headers, gone.json()["task_id"])

    assert ("FAILED", []) == (content["status"], content["results"])
    assert content["failure_reason"]
    assert 0 == used(client, key)


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ({"quality": "best"}, PICTURE),
        ({"return_mask": "maybe"}, PICTURE),
        ({"image_url": "http://a/b"}, PICTURE),
    ],
)
def test_a_bad_value_is_400_and_costs_nothing(
    client: TestClient, headers: dict[str, str], key: str, form: dict[str, str], data: bytes
) -> None:
    """Two sources among them."""
    assert 400 == refusal(submit(client, headers, data, **form))[0]
    assert 0 == used(client, key)


def test_without_a_picture_there_is_no_task(client: TestClient, headers: dict[str, str]) -> None:
    """And the sentence says what to send."""
    status, detail = refusal(client.post(SUBMIT, headers=headers, json={"quality": "low"}))

    assert (400, "Send image_url or image_file.") == (status, detail)


def test_only_the_owner_sees_a_task(client: TestClient, service: Service, headers: dict[str, str]) -> None:
    """To everybody else there is none."""
    task_id = submit(client, headers).json()["task_id"]
    path = f"/v1/generation-request/{task_id}/status/"
    stranger = {"Authorization": f"Bearer {new_key(service)}"}

    assert 404 == refusal(client.get(path, headers=stranger))[0]
    assert 404 == refusal(client.get(path.replace(task_id, "unknown"), headers=headers))[0]
    assert 401 == refusal(client.get(path))[0]


def test_too_few_credits_are_402(client: TestClient, service: Service) -> None:
    """Before anything is kept."""
    poor = {"Authorization": f"Bearer {new_key(service, 3_999)}"}

    assert 402 == refusal(submit(client, poor))[0]
    assert 200 == submit(client, poor, quality="low").status_code


def test_the_wallet_tells_the_balance(client: TestClient, headers: dict[str, str]) -> None:
    """Less what is held."""
    submit(client, headers)

    assert {"balance": 6} == client.get("/user/wallet/", headers=headers).json()


def test_a_path_without_its_slash_is_the_same(client: TestClient, headers: dict[str, str]) -> None:
    """And no redirect that would lose the body."""
    submitted = client.post(
        SUBMIT[:-1], headers=headers, files={"image_file": PICTURE}, follow_redirects=False
    )
    path = f"/v1/generation-request/{submitted.json()['task_id']}/status"

    assert 200 == client.get(path, headers=headers, follow_redirects=False).status_code


def test_unknown_fields_are_named_and_ignored(client: TestClient, headers: dict[str, str]) -> None:
    """As newer clients may send some."""
    answer = submit(client, headers, shadow="soft")

    assert (200, "shadow") == (answer.status_code, answer.headers["x-ignored-parameters"])


def test_fields_count_in_the_address_too(client: TestClient, headers: dict[str, str]) -> None:
    """One that was read nowhere would be ignored without a word."""
    refused = client.post(f"{SUBMIT}?quality=best", headers=headers, files={"image_file": PICTURE})

    assert 400 == refusal(refused)[0]
