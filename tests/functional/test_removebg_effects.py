"""What remove.bg's parameters do to the picture, over HTTP: golden geometry, headers and bodies."""

import base64
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import httpx2
import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.domain.image import Bytes
from handler.settings import Settings
from tests.customers import new_key
from tests.fakes import FakeModel
from tests.images import encoded, gradient
from tests.origins import answer, open_origin

WIDTH, HEIGHT = 1200, 800
# The disc of the fake model: its box and its soft rim.
ACROSS, DOWN, RIM = 720, 480, 40
PHOTO = encoded(gradient(WIDTH, HEIGHT))
BEACH = encoded(np.full((50, 50, 3), (0, 200, 0), np.uint8))


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """The whole house, with a fake model."""
    settings = Settings(home=tmp_path, requests_per_second=1000, max_pixels=30_000_000)
    return build(settings, model=FakeModel())


@pytest.fixture
def key(service: Service) -> str:
    """A hundred credits."""
    return new_key(service, 100_000)


def ask(
    client: TestClient, key: str, fields: Mapping[str, str], files: Mapping[str, bytes] | None = None
) -> httpx2.Response:
    """Send the picture and some fields."""
    sent = {"image_file": PHOTO, **(files or {})}
    return client.post("/v1.0/removebg", headers={"X-Api-Key": key}, files=sent, data=dict(fields))


def made(response: httpx2.Response) -> Bytes:
    """The pixels of an answer."""
    assert response.status_code == 200, response.text
    return np.asarray(Image.open(BytesIO(response.content)))


@pytest.mark.parametrize(
    ("size", "expected", "charged"),
    [
        ("preview", (612, 408), "0.25"),
        ("small", (612, 408), "0.25"),
        ("regular", (612, 408), "0.25"),
        ("medium", (1200, 800), "1"),
        ("full", (1200, 800), "1"),
        ("50MP", (1200, 800), "1"),
        ("auto", (1200, 800), "1"),
    ],
)
def test_a_size_is_megapixels_and_a_price(
    client: TestClient, key: str, size: str, expected: tuple[int, int], charged: str
) -> None:
    """And what the full size would be is told beside."""
    response = ask(client, key, {"size": size})

    headers = response.headers
    assert charged == headers["x-credits-charged"]
    assert expected == (int(headers["x-width"]), int(headers["x-height"]))
    assert ("1200", "800") == (headers["x-max-width"], headers["x-max-height"])
    assert expected == made(response).shape[1::-1]


def test_auto_is_a_preview_for_whoever_cannot_pay_for_more(client: TestClient, service: Service) -> None:
    """The highest that credits allow; with none at all it is 402."""
    key = new_key(service, 300)

    first, second = (ask(client, key, {"size": "auto"}) for _ in range(2))

    assert ("0.25", "612") == (first.headers["x-credits-charged"], first.headers["x-width"])
    assert (402, "insufficient_credits") == (second.status_code, second.json()["errors"][0]["code"])


def test_auto_format_is_as_transparent_as_it_must_be(client: TestClient, key: str) -> None:
    """A PNG, or a JPEG on a background."""
    assert ask(client, key, {}).headers["content-type"] == "image/png"
    assert ask(client, key, {"bg_color": "81d4fa"}).headers["content-type"] == "image/jpeg"
    assert ask(client, key, {"bg_color": "81d4fa77"}).headers["content-type"] == "image/png"
    assert ask(client, key, {"format": "webp"}).headers["content-type"] == "image/webp"


def test_a_zip_holds_the_frame_and_the_matte(client: TestClient, key: str) -> None:
    """Two entries, the colours as they were, the alpha as 8-bit grey."""
    response = ask(client, key, {"format": "zip", "size": "full"})

    assert response.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(BytesIO(response.content)) as archive:
        assert ["alpha.png", "color.jpg"] == sorted(archive.namelist())
        colour, alpha = (Image.open(BytesIO(archive.read(name))) for name in ("color.jpg", "alpha.png"))
    assert ("JPEG", "RGB", (WIDTH, HEIGHT)) == (colour.format, colour.mode, colour.size)
    assert ("PNG", "L", (WIDTH, HEIGHT)) == (alpha.format, alpha.mode, alpha.size)
    assert np.abs(np.asarray(colour).astype(int) - gradient(WIDTH, HEIGHT)).mean() < 5


def test_roi_crop_and_margins_shape_the_canvas(client: TestClient, key: str) -> None:
    """Outside of the region is background; margins are of the subject's size."""
    full = {"size": "full"}
    part = made(ask(client, key, {**full, "roi": "50% 0px 100% 800px"}))
    cropped = made(ask(client, key, {**full, "crop": "true"}))
    padded = made(ask(client, key, {**full, "crop": "true", "crop_margin": "10% 30px"}))

    assert part[:, :600, 3].max() == 0
    assert part[400, 900, 3] == 255
    assert cropped.shape[1] == pytest.approx(ACROSS, abs=RIM)
    assert cropped.shape[0] == pytest.approx(DOWN, abs=RIM)
    assert padded.shape[1] == cropped.shape[1] + 60
    assert padded.shape[0] == pytest.approx(cropped.shape[0] * 1.2, abs=2)


def test_scale_and_position_place_the_subject(client: TestClient, key: str) -> None:
    """A scaled subject stands in the middle unless it is sent elsewhere."""
    half = ask(client, key, {"size": "full", "scale": "50%"}).headers
    right = ask(client, key, {"size": "full", "position": "100% 50%"}).headers

    width, height = int(half["x-foreground-width"]), int(half["x-foreground-height"])
    assert max(width / WIDTH, height / HEIGHT) == pytest.approx(0.5, abs=0.02)
    assert 2 * int(half["x-foreground-left"]) == pytest.approx(WIDTH - width, abs=2)
    assert 2 * int(half["x-foreground-top"]) == pytest.approx(HEIGHT - height, abs=2)
    assert int(right["x-foreground-left"]) + int(right["x-foreground-width"]) == pytest.approx(WIDTH, abs=2)


def test_channels_backgrounds_and_shadows_are_seen(client: TestClient, key: str) -> None:
    """The matte as grey, a colour, a picture, a shadow on white."""
    matte = made(ask(client, key, {"channels": "alpha", "format": "png"}))
    coloured = made(ask(client, key, {"bg_color": "green", "format": "png"}))
    scene = made(ask(client, key, {"format": "png"}, {"bg_image_file": BEACH}))
    bare = made(ask(client, key, {"bg_color": "white", "format": "png"}))
    shaded = made(ask(client, key, {"bg_color": "white", "format": "png", "add_shadow": "true"}))

    assert ((408, 612), 0, 255) == (matte.shape, matte[0, 0], matte[204, 306])
    assert coloured[0, 0, :3].tolist() == [0, 128, 0]
    assert scene[0, 0, :3].tolist() == [0, 200, 0]
    assert (coloured[204, 306] == scene[204, 306]).all()
    below = (slice(345, 408), slice(250, 350))
    assert bare[below].mean() > shaded[below].mean()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"roi": "0 0 5000px 100px"}, "roi_exceeds_bounds"),
        ({"roi": "10% 0 120px 800px"}, "roi_region_empty"),
        ({"bg_image_url": "ftp://example.com/a.png"}, "invalid_bg_image_url"),
        ({"bg_image_url": "http://10.0.0.1/a.png"}, "invalid_bg_image_url"),
        ({"image_url": "http://example.com/a.png"}, "multiple_sources"),
        ({"semitransparency": "false"}, "invalid_semitransparency"),
    ],
)
def test_what_shows_only_beside_the_picture_has_its_code_too(
    client: TestClient, key: str, fields: dict[str, str], code: str
) -> None:
    """And costs nothing."""
    response = ask(client, key, fields)

    assert (400, code) == (response.status_code, response.json()["errors"][0]["code"])
    account = client.get("/v1.0/account", headers={"X-Api-Key": key}).json()
    assert account["data"]["attributes"]["credits"]["total"] == 100


def test_every_form_of_body_asks_for_the_same(client: TestClient, key: str) -> None:
    """A form with a file, a urlencoded one, JSON that answers JSON."""
    headers, text = {"X-Api-Key": key}, base64.b64encode(PHOTO).decode()
    form = ask(client, key, {"crop": "true"})
    urlencoded = client.post(
        "/v1.0/removebg", headers=headers, data={"image_file_b64": text, "crop": "true", "roi": ""}
    )
    told = client.post(
        "/v1.0/removebg",
        headers={**headers, "Accept": "application/json"},
        json={"image_file_b64": text, "crop": True},
    )

    assert form.content == urlencoded.content == base64.b64decode(told.json()["data"]["result_b64"])
    box = {name: told.json()["data"][f"foreground_{name}"] for name in ("top", "left", "width", "height")}
    assert box == {name: int(form.headers[f"x-foreground-{name}"]) for name in box}


def test_whoever_has_no_key_is_told_403_and_browsers_may_read_it(client: TestClient) -> None:
    """Never 401; from every origin."""
    for headers in ({}, {"X-Api-Key": "wrong"}, {"Origin": "https://a.example"}):
        response = client.post("/v1.0/removebg", headers=headers, files={"image_file": PHOTO})
        assert (403, "auth_failed") == (response.status_code, response.json()["errors"][0]["code"])
        assert response.headers["access-control-allow-origin"] == "*"


def test_unknown_parameters_are_named_and_do_no_harm(client: TestClient, key: str) -> None:
    """The vendor ignores them."""
    response = ask(client, key, {"magic": "1", "size": "preview"})

    assert (200, "magic") == (response.status_code, response.headers["x-ignored-parameters"])
    assert "x-type" not in response.headers
    assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= set(response.headers)


def test_a_result_that_no_answer_carries_is_refused_by_its_size(tmp_path: Path) -> None:
    """Clients of the contract follow no link."""
    service = build(Settings(home=tmp_path, max_result_bytes=10_000), model=FakeModel())
    with TestClient(service.app) as client:
        response = ask(client, new_key(service), {"size": "full"})

    told = response.json()["errors"][0]
    assert (400, "invalid_size") == (response.status_code, told["code"])
    assert "format" in told["detail"]


def test_a_bad_case_may_be_handed_in_by_its_address(tmp_path: Path) -> None:
    """Fetched as carefully as any other picture, and kept under the id that is answered."""
    with open_origin({"/photo.png": answer(BEACH), "/page": answer(b"<html>")}) as origin:
        exempt = f"127.0.0.1:{origin.port}"
        service = build(Settings(home=tmp_path, fetch_allow_hosts=exempt), model=FakeModel())
        headers = {"X-Api-Key": new_key(service)}
        with TestClient(service.app) as client:

            def improve(url: str) -> httpx2.Response:
                return client.post("/v1.0/improve", headers=headers, data={"image_url": url})

            kept, page = improve(origin.url("/photo.png")), improve(origin.url("/page"))
            inside = improve("http://169.254.169.254/latest")
            again = client.post("/v1/remove", headers=headers, data={"upload_id": kept.json()["id"]})

    assert (50, 50) == Image.open(BytesIO(again.content)).size
    assert ["invalid_file_type", "invalid_image_url"] == [
        refused.json()["errors"][0]["code"] for refused in (page, inside)
    ]
