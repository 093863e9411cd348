"""SnapOtter's documented calls, by curl against a running service."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from handler.bootstrap.service import build
from handler.settings import Settings
from tests.events import read_events
from tests.fakes import FakeModel
from tests.otters import RED, SUBJECT
from tests.serving import served


@dataclass(frozen=True, slots=True)
class House:
    """A running service, and a folder with a picture."""

    base: str
    folder: Path

    def curl(self, *arguments: str) -> str:
        """What a call prints."""
        command = ["curl", "-sS", "-f", *arguments]
        finished = subprocess.run(
            command, check=True, capture_output=True, text=True, cwd=self.folder, timeout=30
        )
        return finished.stdout

    def saved(self, address: str, name: str) -> Image.Image:
        """A file of a job, saved under a name."""
        self.curl("-o", name, self.base + address)
        return Image.open(self.folder / name)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A service with a fake model."""
    (tmp_path / "photo.jpg").write_bytes(RED)
    service = build(Settings(home=tmp_path / "home"), model=FakeModel())
    assert service.labour is not None
    service.labour.hands.start()
    with served(service) as port:
        yield House(f"http://127.0.0.1:{port}", tmp_path)
    service.labour.hands.stop()


def test_the_documented_calls_work(house: House) -> None:
    """Remove, follow, download, and another colour; the base URL is the only difference."""
    base = house.base
    told = json.loads(
        house.curl(
            "-X",
            "POST",
            f"{base}/api/v1/tools/remove-background",
            "-F",
            "file=@photo.jpg",
            "-F",
            'settings={"backgroundType":"transparent","edgeRefine":2,"outputFormat":"png"}',
        )
    )
    events = read_events(house.curl("-N", f"{base}/api/v1/jobs/{told['jobId']}/progress"))
    result = events[-1].data["result"]
    cut = house.saved(result["downloadUrl"], "cut.png")
    settings = {"jobId": told["jobId"], "filename": "photo.jpg", "backgroundType": "color"}
    settings |= {"backgroundColor": "#FF5500", "outputFormat": "png"}
    laid = json.loads(
        house.curl(
            "-X",
            "POST",
            f"{base}/api/v1/tools/remove-background/effects",
            "-F",
            f"settings={json.dumps(settings, separators=(',', ':'))}",
        )
    )

    assert {"jobId", "async"} == set(told)
    assert result["maskUrl"] == result["downloadUrl"]
    assert ((0, 0, 0, 0), SUBJECT) == (cut.getpixel((0, 0)), cut.getpixel((40, 30)))
    assert f"/api/v1/download/{told['jobId']}/photo_nobg.png" == laid["downloadUrl"]
    orange = house.saved(laid["downloadUrl"], "orange.png")
    assert (255, 85, 0) == orange.convert("RGB").getpixel((0, 0))


def test_a_stream_says_what_it_is(house: House) -> None:
    """Before anything is known of its job."""
    address = f"{house.base}/api/v1/jobs/{'0' * 8}-0000-4000-8000-{'0' * 12}/progress"
    head = house.curl("-I", address).lower()

    assert "content-type: text/event-stream\n" in head
    assert "cache-control: no-cache\n" in head
    assert "content-length" not in head
    assert "x-accel-buffering: no\n" in head
