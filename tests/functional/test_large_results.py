"""Results that are larger than an answer can be."""

import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.settings import LAMBDA_MAX_RESULT_BYTES, Settings
from tests.customers import new_key, used
from tests.fakes import FakeModel
from tests.images import encoded, photo
from tests.serving import served
from tools.listening import free_port

CURL = shutil.which("curl") or "curl"


def noise(width: int, height: int) -> bytes:
    """A picture that no format makes small."""
    pixels = np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=90)
    return out.getvalue()


def decoded(data: bytes) -> Image.Image:
    """A picture, all of it."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@dataclass(frozen=True, slots=True)
class Place:
    """A running service and a key of an account in it."""

    service: Service
    port: int
    key: str

    @property
    def address(self) -> str:
        """Where pictures are cut out."""
        return f"http://127.0.0.1:{self.port}/v1/remove"


@contextmanager
def serving(home: Path, max_result_bytes: int) -> Iterator[Place]:
    """A service whose answers carry so much, at the address that its links begin with."""
    port = free_port()
    settings = Settings(home=home, port=port, max_result_bytes=max_result_bytes)
    service = build(settings, model=FakeModel(radius=0.9))
    with served(service, port):
        yield Place(service, port, new_key(service))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A service whose answers carry what those of Lambda do."""
    with serving(tmp_path, LAMBDA_MAX_RESULT_BYTES) as place:
        yield place


def curl(*arguments: str) -> bytes:
    """Run curl, which must succeed."""
    command = [CURL, "--silent", "--show-error", "--fail", "--max-time", "60", *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


@pytest.mark.parametrize(
    ("side", "megabytes", "status"), [(1128, 4.3, 200), (1154, 4.5, 200), (1343, 6.1, 303), (2371, 19, 303)]
)
def test_curl_gets_a_result_of_any_size(
    place: Place, tmp_path: Path, side: int, megabytes: float, status: int
) -> None:
    """In the answer where it fits, else by following it; one picture is paid for either way."""
    source, got = tmp_path / "noise.jpg", tmp_path / "got.png"
    source.write_bytes(noise(side, side))
    form = ["-H", f"x-api-key: {place.key}", "-F", f"file=@{source}", place.address]

    first = curl("-o", str(tmp_path / "first"), "-w", "%{http_code}", *form)
    last = curl("-L", "-o", str(got), "-w", "%{http_code} %{content_type}", *form)

    assert (str(status).encode(), b"200 image/png") == (first, last)
    assert megabytes == pytest.approx(got.stat().st_size / 1e6, rel=0.03)
    assert (side, side) == decoded(got.read_bytes()).size
    with TestClient(place.service.app) as client:
        assert 2 == used(client, place.key)


def test_a_result_that_nearly_fits_is_squeezed(tmp_path: Path) -> None:
    """A small PNG in the answer is better than a fast one behind a link."""
    picture = encoded(photo(400, 300))
    whole = build(Settings(home=tmp_path / "whole"), model=FakeModel())
    with TestClient(whole.app) as client:
        headers = {"x-api-key": new_key(whole)}
        fast, small = (
            client.post("/v1/remove", headers=headers, files={"file": picture}, data={"compression": each})
            for each in ("fast", "small")
        )
    narrow = build(Settings(home=tmp_path / "narrow", max_result_bytes=len(small.content)), model=FakeModel())
    with TestClient(narrow.app, follow_redirects=False) as client:
        answer = client.post("/v1/remove", headers={"x-api-key": new_key(narrow)}, files={"file": picture})

    assert len(small.content) < len(fast.content)
    assert (200, small.content) == (answer.status_code, answer.content)


def test_a_client_that_asks_for_json_gets_an_address(tmp_path: Path) -> None:
    """It says what the picture is, and where; whoever has the address needs no key."""
    with serving(tmp_path, 1000) as place:
        source = tmp_path / "noise.jpg"
        source.write_bytes(noise(64, 48))
        form = ["-H", f"x-api-key: {place.key}", "-F", f"file=@{source}", place.address]
        told = json.loads(curl("-H", "Accept: application/json", *form))
        image = decoded(curl(told["result_url"]))

    assert (64, 48) == (told["width"], told["height"]) == image.size
    assert 1 == told["credits_charged"]


def test_a_browser_may_follow_to_the_store(tmp_path: Path) -> None:
    """A page of another origin reads the answer's headers and the picture behind it."""
    with serving(tmp_path, 1000) as place, TestClient(place.service.app, follow_redirects=False) as client:
        headers = {"x-api-key": place.key, "Origin": "https://shop.example"}
        answer = client.post("/v1/remove", headers=headers, files={"file": noise(64, 48)})
        picture = client.get(answer.headers["location"], headers={"Origin": "null"})

    assert (303, "*") == (answer.status_code, answer.headers["access-control-allow-origin"])
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"X-Image-Width", "X-Cache", "Location"} <= set(exposed)
    assert (200, "*") == (picture.status_code, picture.headers["access-control-allow-origin"])


def test_poofs_own_client_is_told_what_to_do_instead(tmp_path: Path) -> None:
    """It follows no redirect, so it gets an error of its own, and pays nothing."""
    with serving(tmp_path, 1000) as place, TestClient(place.service.app) as client:
        headers = {"x-api-key": place.key, "User-Agent": "poofbg/0.4.1"}
        answer = client.post("/v1/remove", headers=headers, files={"file": noise(64, 48)})
        spent = used(client, place.key)

    assert (400, 0) == (answer.status_code, spent)
    assert "smaller size" in answer.json()["details"]
    assert "format" in answer.json()["details"]


def test_several_variants_are_linked_one_by_one(tmp_path: Path) -> None:
    """Each under its own name, at one price."""
    variants = json.dumps([{"name": "big"}, {"name": "small", "size": "preview", "format": "webp"}])
    with serving(tmp_path, 1000) as place, TestClient(place.service.app) as client:
        headers = {"x-api-key": place.key}
        files, data = {"file": noise(640, 480)}, {"variants": variants, "response": "url"}
        told = client.post("/v1/remove", headers=headers, files=files, data=data).json()
        images = [decoded(client.get(each["result_url"]).content) for each in told["results"]]
        spent = used(client, place.key)

    assert ["big", "small"] == [each["name"] for each in told["results"]]
    assert [("PNG", (640, 480)), ("WEBP", (256, 192))] == [(image.format, image.size) for image in images]
    assert 1 == spent
