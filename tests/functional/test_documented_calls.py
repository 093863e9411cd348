"""The calls that vendors document, by real curl, with nothing changed but the base URL and the key."""

import io
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from handler.bootstrap.service import build
from handler.settings import Settings
from tests.customers import new_key
from tests.fakes import FakeModel
from tests.images import encoded
from tests.origins import answer, open_origin
from tests.serving import served
from tools.listening import free_port

PICTURE = encoded(np.full((60, 80, 3), (200, 30, 40), np.uint8), "jpeg")
SECONDS = 20


@dataclass(frozen=True, slots=True)
class Shell:
    """A folder with photo.jpg, and what the calls' variables stand for."""

    folder: Path
    base: str
    key: str
    photo_url: str

    def run(self, command: str, **variables: str) -> bytes:
        """What a line prints, as a shell reads it."""
        known = {"BASE": self.base, "KEY": self.key, "PHOTO_URL": self.photo_url, **variables}
        assignments = [f"{name}={value}" for name, value in known.items()]
        line = ["env", *assignments, "sh", "-c", command]
        finished = subprocess.run(line, cwd=self.folder, capture_output=True, timeout=SECONDS, check=False)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    def json(self, command: str, **variables: str) -> Any:  # noqa: ANN401 - any JSON
        """What a line prints, read."""
        return json.loads(self.run(command, **variables))


@contextmanager
def working(home: Path) -> Iterator[Shell]:
    """A service that works on its jobs, beside a server with a photo."""
    with open_origin({"/photo.jpg": answer(PICTURE)}) as origin:
        address = f"127.0.0.1:{origin.port}"
        port = free_port()
        settings = Settings(home=home / "store", port=port, fetch_allow_hosts=address)
        service = build(settings, FakeModel())
        assert service.labour is not None
        key = new_key(service, 100_000)
        (home / "photo.jpg").write_bytes(PICTURE)
        service.labour.hands.start()
        try:
            with served(service, port):
                yield Shell(home, f"http://127.0.0.1:{port}", key, origin.url("/photo.jpg"))
        finally:
            service.labour.hands.stop()


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """One service for all calls."""
    with working(tmp_path_factory.mktemp("calls")) as shell:
        yield shell


def mode(body: bytes) -> str:
    """How a picture is stored."""
    return Image.open(io.BytesIO(body)).mode


SUBMIT = 'curl -sf -X POST $BASE/v1/tools/remove-bg/ -H "Authorization: Bearer $KEY" '
IN_JSON = SUBMIT + '-H "Content-Type: application/json" '


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (IN_JSON + """-d '{"image_url": "'$PHOTO_URL'", "quality": "medium"}'""", "RGBA"),
        (IN_JSON + """-d '{"image_url": "'$PHOTO_URL'", "quality": "high"}'""", "RGBA"),
        (IN_JSON + """-d '{"image_url": "'$PHOTO_URL'", "quality": "medium", "return_mask": true}'""", "L"),
        (SUBMIT + "-F image_file=@photo.jpg -F quality=high", "RGBA"),
    ],
)
def test_3d_ai_studio(shell: Shell, call: str, expected: str) -> None:
    """Submit, poll until it is done, fetch."""
    task_id = shell.json(call)["task_id"]
    status: dict[str, Any] = {}
    ends = time.monotonic() + SECONDS
    while status.get("status") != "FINISHED" and time.monotonic() < ends:
        time.sleep(0.1)
        status = shell.json(
            'curl -sf $BASE/v1/generation-request/$TASK_ID/status/ -H "Authorization: Bearer $KEY"',
            TASK_ID=task_id,
        )

    assert "FINISHED" == status["status"]
    assert expected == mode(shell.run('curl -sf "$ASSET"', ASSET=status["results"][0]["asset"]))


def test_picwish(shell: Shell) -> None:
    """Waited for."""
    task = shell.json(
        'curl -sf -X POST $BASE/api/tasks/visual/segmentation -H "X-API-KEY: $KEY" '
        '-F "sync=1" -F "image_file=@photo.jpg"'
    )

    assert (200, 1) == (task["status"], task["data"]["state"])
    assert "RGBA" == mode(shell.run('curl -sf "$IMAGE"', IMAGE=task["data"]["image"]))


def test_backgroundcut(shell: Shell) -> None:
    """Uploaded, then processed."""
    name = shell.json(
        'curl -sf -X POST $BASE/v3/remove-bg/upload-image/ -H "Authorization: Bearer $KEY" '
        '-F "image=@photo.jpg"'
    )["unique_filename"]
    made = shell.json(
        'curl -sf -X POST $BASE/v3/remove-bg/process-image/ -H "Authorization: Bearer $KEY" '
        """-H "Content-Type: application/json" -d '{"unique_filename": "'$NAME'", "output_variants": ["""
        """{"variant_name": "full"}, {"variant_name": "thumb", "max_resolution": 999, "format": "webp"}]}'""",
        NAME=name,
    )

    assert {"full", "thumb"} == set(made["output_urls"])
    for url in (*made["output_urls"].values(), made["input_url"]):
        assert shell.run('curl -sf "$URL"', URL=url)


CUT = 'curl -X POST $BASE/v2/cut/ -H "Authorization: Token $KEY" -F "image_file=@photo.jpg" '


@pytest.mark.parametrize(
    "call",
    [
        'curl -H "Authorization: $KEY" -F "image_file=@photo.jpg" -f $BASE/v2/cut/ -o output.png',
        CUT + "-F quality=High -F return_type=PNG --output output.png",
        'curl -H "Authorization: Token $KEY" -F "file=@photo.jpg" $BASE/api/v1/cut/ -o output.png',
        'curl -H "Authorization: Token $KEY" -F "file_url=$PHOTO_URL" $BASE/api/v1/cut/ -o output.png',
    ],
)
def test_backgroundcuts_older_versions(shell: Shell, call: str) -> None:
    """One call each, which writes the picture to a file."""
    shell.run(call)

    with Image.open(shell.folder / "output.png") as picture:
        assert ("PNG", "RGBA") == (picture.format, picture.mode)


def test_rembg(shell: Shell) -> None:
    """By address and by upload, without a key."""
    by_address = shell.run('curl -sf "$BASE/api/remove?url=$PHOTO_URL"')
    by_upload = shell.run("curl -sf -F file=@photo.jpg $BASE/api/remove")

    assert by_address == by_upload
    assert "RGBA" == mode(by_upload)


def test_poof(shell: Shell) -> None:
    """The native call as Poof documents it."""
    body = shell.run(
        'curl -sf -X POST $BASE/v1/remove -H "x-api-key: $KEY" -F "image_file=@photo.jpg" -F format=webp'
    )

    assert "WEBP" == Image.open(io.BytesIO(body)).format
