"""What no vendor's contract knows is named, on every route that answers with headers."""

from pathlib import Path

import httpx2
import numpy as np
import pytest
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.settings import Settings
from tests.fakes import FakeModel
from tests.images import encoded

PICTURE = encoded(np.full((60, 80, 3), (200, 30, 40), np.uint8))
CUT, TASKS = "/v3/remove-bg", "/api/tasks/visual/segmentation"


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """The whole house, with a fake model."""
    return build(Settings(home=tmp_path), model=FakeModel())


@pytest.fixture
def headers(key: str) -> dict[str, str]:
    """A way to show a key that every vendor's dialect reads."""
    return {"Authorization": f"Bearer {key}"}


def named(response: httpx2.Response) -> str | None:
    """What the answer calls ignored."""
    assert response.status_code < 300, response.text
    return response.headers.get("x-ignored-parameters")


def test_questions_name_what_they_do_not_know(client: TestClient, headers: dict[str, str]) -> None:
    """In the address, where they have nothing else."""

    def ask(path: str) -> str | None:
        return named(client.get(f"{path}?magic=1", headers=headers))

    file = {"image_file": PICTURE}
    submitted = client.post("/v1/tools/remove-bg/", headers=headers, files=file).json()["task_id"]
    created = client.post(TASKS, headers=headers, files=file).json()["data"]["task_id"]

    assert ["magic"] * 4 == [
        ask("/v1.0/account"),
        ask("/user/wallet/"),
        ask(f"/v1/generation-request/{submitted}/status/"),
        ask(f"{TASKS}/{created}"),
    ]


def test_tickets_name_what_they_do_not_know(client: TestClient, headers: dict[str, str]) -> None:
    """Whether or not they take a body."""
    wanted = {"unique_filename": "x", "output_variants": [{"shade": 1}], "magic": 1}
    upload = client.post(f"{CUT}/upload-image/presign/", headers=headers, json={"magic": 1})
    process = client.post(f"{CUT}/process-image/presign/", headers=headers, json=wanted)

    assert ["magic", "magic, output_variants[].shade"] == [named(upload), named(process)]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1.0/removebg", "image_file"),
        ("/v1.0/improve", "image_file"),
        ("/v1/tools/remove-bg/", "image_file"),
        (TASKS, "image_file"),
        (f"{CUT}/upload-image/", "image"),
        ("/v2/cut/", "image_file"),
        ("/api/v1/cut/", "file"),
        ("/api/remove", "file"),
        ("/api/v1/tools/remove-background", "file"),
        ("/api/v1/tools/remove-background/batch", "files"),
    ],
)
def test_pictures_come_with_names_that_nobody_knows(
    client: TestClient, headers: dict[str, str], path: str, field: str
) -> None:
    """In the form, and in the address."""
    answer = client.post(f"{path}?wand=1", headers=headers, files={field: PICTURE}, data={"magic": "1"})

    assert "wand, magic" == named(answer)
