"""Poof's own Python client against the running service; nothing but its base URL is ours."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from handler.bootstrap.service import build
from handler.settings import Settings
from tests.customers import new_key
from tests.fakes import FakeModel
from tests.images import encoded, photo
from tests.origins import answer, open_origin
from tests.serving import served
from tests.vendor_clients import python_says
from tools.listening import free_port

PICTURE = encoded(photo(120, 80))
START = """
import json, sys
from poof import Poof, PoofError
base, key, folder, link = sys.argv[1:]
client = Poof(key, base_url=base)
def told(result):
    return {name: getattr(result, name) for name in result.__slots__ if name != "data"}
def refused(**options):
    try:
        client.remove_background(folder + "/photo.png", **options)
    except PoofError as error:
        return [type(error).__name__, error.status_code, error.code, error.details, error.request_id]
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[str]]:
    """A service, a key, a folder with a picture, and the picture's address: a script's arguments."""
    folder = tmp_path_factory.mktemp("poof")
    (folder / "photo.png").write_bytes(PICTURE)
    with open_origin({"/photo.png": answer(PICTURE)}) as origin:
        port = free_port()
        settings = Settings(
            home=folder / "home", fetch_allow_hosts=f"127.0.0.1:{origin.port}", requests_per_second=1000
        )
        service = build(settings.model_copy(update={"port": port}), model=FakeModel())
        assert service.labour is not None
        service.labour.hands.start()
        try:
            with served(service, port):
                key = new_key(service, 100_000)
                yield f"http://127.0.0.1:{port}/v1", key, str(folder), origin.url("/photo.png")
        finally:
            service.labour.hands.stop()


def test_a_picture_is_cut_out_and_told_of(house: Sequence[str]) -> None:
    """The defaults, and every header that the client reads."""
    script = """
result = client.remove_background(folder + "/photo.png")
result.save(folder + "/cutout.png")
print(json.dumps(told(result)))
"""
    facts = python_says(START + script, house)

    with Image.open(Path(house[2]) / "cutout.png") as picture:
        assert ("PNG", "RGBA", (120, 80)) == (picture.format, picture.mode, picture.size)
        assert picture.getpixel((0, 0)) == (0, 0, 0, 0)
    assert ("image/png", 120, 80) == (facts["content_type"], facts["width"], facts["height"])
    assert facts["request_id"].startswith("req_")
    assert facts["processing_time_ms"] >= 0
    assert 0.5 < facts["matte_confidence"] <= 1
    assert 0 < facts["matte_ambiguous_ratio"] < 0.3


def test_the_wider_surface_has_its_effects(house: Sequence[str]) -> None:
    """By address, cropped to a ratio with padding, in an exact frame, as a matte, over a colour."""
    script = """
calls = {
    "url": dict(url=link),
    "crop": dict(crop=True),
    "ratio": dict(crop="16:9", padding="0.1"),
    "padded": dict(crop=True, padding="10%,20%"),
    "frame": dict(width=50, height=50, fit="contain"),
    "cover": dict(width=50, height=50, fit="cover"),
    "narrow": dict(width=60),
    "matte": dict(channels="alpha"),
    "jpg": dict(format="jpg", bg_color="#0000ff"),
    "webp": dict(format="webp", size="preview", crop=False),
}
for name, options in calls.items():
    image = None if "url" in options else folder + "/photo.png"
    client.remove_background(image, **options).save(folder + "/" + name)
print("null")
"""
    python_says(START + script, house)
    names = ("url", "crop", "ratio", "padded", "frame", "cover", "narrow", "matte", "jpg", "webp")
    opened = {name: Image.open(BytesIO((Path(house[2]) / name).read_bytes())) for name in names}

    assert opened["url"].size == (120, 80)
    width, height = opened["crop"].size
    assert 60 <= width <= 90
    assert 40 <= height <= 60
    across, down = opened["ratio"].size
    assert abs(across / down - 16 / 9) < 0.05
    assert across > width
    assert (round(width * 1.4), round(height * 1.2)) == pytest.approx(opened["padded"].size, abs=2)
    assert (50, 50) == opened["frame"].size == opened["cover"].size
    assert (60, 40) == opened["narrow"].size
    assert opened["frame"].getpixel((25, 2)) == (0, 0, 0, 0)
    assert opened["matte"].mode == "L"
    assert ("JPEG", "WEBP") == (opened["jpg"].format, opened["webp"].format)
    corner = opened["jpg"].getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert corner[2] > 240
    assert corner[0] < 15


def test_it_waits_for_a_job_and_downloads_its_result(house: Sequence[str]) -> None:
    """Submitted beside it, for it makes jobs of films only; an unknown one it calls not found."""
    script = """
import httpx
form = {"url": link, "format": "webp"}
job_id = httpx.post(base + "/jobs", headers={"x-api-key": key}, data=form).json()["id"]
seen = []
look = lambda job: seen.append(job.status)
job = client.wait_for_job(job_id, poll_interval=0.05, timeout=20, on_progress=look)
client.download(job, folder + "/job.webp")
try:
    client.get_job("job_unknown")
except PoofError as error:
    missing = [error.status_code, error.code]
print(json.dumps([job.status, job.progress, job.credits, job.error, seen[-1], missing]))
"""
    *facts, missing = python_says(START + script, house)

    assert ["completed", 1.0, 1, None, "completed"] == facts
    assert [404, "job_not_found"] == missing
    with Image.open(Path(house[2]) / "job.webp") as picture:
        assert ("WEBP", (120, 80)) == (picture.format, picture.size)


def test_a_job_that_fails_says_why(house: Sequence[str]) -> None:
    """The client raises it with our code as details."""
    script = """
import httpx
form = {"url": link.replace("photo.png", "nothing")}
job_id = httpx.post(base + "/jobs", headers={"x-api-key": key}, data=form).json()["id"]
try:
    client.wait_for_job(job_id, poll_interval=0.05, timeout=20)
except PoofError as error:
    print(json.dumps([error.code, error.details]))
"""
    assert ["job_failed", "image_url_failed"] == python_says(START + script, house)


def test_its_errors_are_the_ones_that_it_names(house: Sequence[str]) -> None:
    """By status, with the field of a refused parameter."""
    script = """
invalid = refused(crop="yes")
margin = refused(padding="10%")
client = Poof("ck_live_wrong", base_url=base)
print(json.dumps([invalid, margin, refused()]))
"""
    invalid, margin, wrong_key = python_says(START + script, house)

    assert ["ValidationError", 400, "validation_error"] == invalid[:3]
    assert invalid[3]["field"] == "crop"
    assert invalid[4].startswith("req_")
    assert margin[3]["field"] == "padding"
    assert ["AuthError", 401, "authentication_error"] == wrong_key[:3]


def test_an_empty_account_is_told_so(house: Sequence[str], tmp_path: Path) -> None:
    """402, and the balance of `me`."""
    service = build(Settings(home=tmp_path), model=FakeModel())
    key = new_key(service, 1000)
    with served(service) as port:
        script = """
before = client.me()
client.remove_background(folder + "/photo.png")
print(json.dumps([before, refused(), client.me()]))
"""
        before, refusal, after = python_says(START + script, [f"http://127.0.0.1:{port}/v1", key, *house[2:]])

    assert (1, 0) == (before["maxCredits"], before["usedCredits"])
    assert ["PaymentRequiredError", 402, "payment_required"] == refusal[:3]
    assert (1, 1) == (after["maxCredits"], after["usedCredits"])
