"""SnapOtter's clients, in few words."""

import io
import json
import zipfile
from typing import Any

import httpx2
import numpy as np
from PIL import Image
from starlette.testclient import TestClient

from handler.domain.image import Bytes
from tests.events import Event, read_events
from tests.images import encoded

REMOVE = "/api/v1/tools/remove-background"
RED = encoded(np.full((60, 80, 3), (200, 30, 40), np.uint8))
SUBJECT = (200, 30, 40, 255)


def post(client: TestClient, file: bytes = RED, **settings: object) -> httpx2.Response:
    """Phase 1 as documented."""
    form = {"settings": json.dumps(settings)} if settings else {}
    return client.post(REMOVE, files={"file": ("photo.jpg", file)}, data=form)


def effects(
    client: TestClient, job_id: str, filename: str = "photo.jpg", **settings: object
) -> httpx2.Response:
    """Phase 2 as documented."""
    body = json.dumps({"jobId": job_id, "filename": filename, **settings})
    return client.post(f"{REMOVE}/effects", files={"settings": (None, body)})


def progress(client: TestClient, job_id: str, query: str = "", **headers: str) -> list[Event]:
    """Everything that is told of a job until its end."""
    answer = client.get(f"/api/v1/jobs/{job_id}/progress{query}", headers=headers)
    assert (200, "text/event-stream") == (answer.status_code, answer.headers["content-type"]), answer.text
    return read_events(answer.text)


def finished(client: TestClient, answer: httpx2.Response) -> dict[str, Any]:
    """The result of a job that was accepted."""
    assert 202 == answer.status_code, answer.text
    last = progress(client, answer.json()["jobId"])[-1].data
    assert "complete" == last["phase"], last
    result: dict[str, Any] = last["result"]
    return result


def opened(client: TestClient, address: str) -> Image.Image:
    """A file of a job as a picture."""
    answer = client.get(address)
    assert 200 == answer.status_code, answer.text
    return Image.open(io.BytesIO(answer.content))


def pixels(client: TestClient, address: str) -> Bytes:
    """Its samples, with alpha."""
    return np.asarray(opened(client, address).convert("RGBA"))


def composed(client: TestClient, file: bytes = RED, **settings: object) -> Bytes:
    """What phase 1 makes with these settings."""
    return pixels(client, finished(client, post(client, file=file, **settings))["downloadUrl"])


def unzipped(answer: httpx2.Response) -> dict[str, Image.Image]:
    """The pictures of a batch by name."""
    assert (200, "application/zip") == (answer.status_code, answer.headers["content-type"]), answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: Image.open(io.BytesIO(archive.read(name))) for name in archive.namelist()}
