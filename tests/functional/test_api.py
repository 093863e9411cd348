"""The service over HTTP: real stores in a temporary folder, a disc for a model."""

import base64
import io
import json
from pathlib import Path

import httpx2
import pytest
from PIL import Image
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.domain.image import Bytes, Floats
from handler.settings import Settings
from tests.customers import new_key, used
from tests.fakes import FakeModel

MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}


def png(width: int = 64, height: int = 48, colour: str = "red") -> bytes:
    """A plain picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """The whole house, with a fake model."""
    return build(Settings(home=tmp_path, max_bytes=100_000), model=FakeModel())


def opened(response: httpx2.Response) -> Image.Image:
    """The answer as a picture."""
    assert response.status_code == 200, response.text
    return Image.open(io.BytesIO(response.content))


def test_one_post_answers_the_cut_out_and_charges_one_credit(client: TestClient, key: str) -> None:
    """The whole point."""
    response = client.post("/v1/remove", headers={"x-api-key": key}, files={"image_file": png()})

    picture = opened(response)
    assert ("PNG", "RGBA", (64, 48)) == (picture.format, picture.mode, picture.size)
    assert picture.getpixel((0, 0)) == (0, 0, 0, 0)
    assert picture.getpixel((32, 24)) == (255, 0, 0, 255)
    assert response.headers["content-type"] == "image/png"
    assert response.headers["x-request-id"].startswith("req_")
    assert len(response.headers["x-request-id"]) == 26
    assert ("64", "48") == (response.headers["x-image-width"], response.headers["x-image-height"])
    assert ("1", "9") == (response.headers["x-credits-charged"], response.headers["x-credits-remaining"])
    assert int(response.headers["x-processing-time-ms"]) >= 0
    stages = [part.split(";")[0] for part in response.headers["server-timing"].split(", ")]
    assert ["decode", "matte", "refine", "compose", "encode"] == stages
    assert used(client, key) == 1


def test_every_body_form_gives_the_same_bytes(client: TestClient, key: str) -> None:
    """A form, JSON and a raw body are three ways to say one thing."""
    headers = {"authorization": f"Bearer {key}"}
    encoded = base64.b64encode(png()).decode()
    size = {"size": "preview"}

    form = client.post("/v1/remove", headers=headers, files={"file": png()}, data=size)
    text = client.post("/v1/remove", headers=headers, json={"image_b64": encoded, **size})
    raw = client.post(
        "/v1/remove", headers={**headers, "content-type": "image/png"}, content=png(), params=size
    )

    assert form.status_code == 200
    assert form.content == text.content == raw.content


@pytest.mark.parametrize(
    "content_type", ["image/png", "application/octet-stream", "application/x-www-form-urlencoded"]
)
def test_a_raw_body_is_a_picture(client: TestClient, key: str, content_type: str) -> None:
    """`curl --data-binary` says urlencoded unless told otherwise, and is understood all the same."""
    response = client.post(
        "/v1/remove",
        params={"format": "jpg", "bg_color": "#00f"},
        headers={"x-api-key": key, "content-type": content_type},
        content=png(),
    )

    picture = opened(response)
    assert ("JPEG", "RGB") == (picture.format, picture.mode)
    corner = picture.getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert corner[2] > 240
    assert corner[0] < 15


def test_pluses_that_nobody_escaped_are_still_base64(client: TestClient, key: str) -> None:
    """As `curl -d image_b64=$(base64 photo.png)` sends it."""
    picture = png(64, 48, "#fbefbe")
    content = f"size=preview&image_b64={base64.b64encode(picture).decode()}"
    headers = {"x-api-key": key, "content-type": "application/x-www-form-urlencoded"}

    assert "+" in content
    opened(client.post("/v1/remove", headers=headers, content=content))


def test_a_urlencoded_form_carries_base64(client: TestClient, key: str) -> None:
    """As `curl --data-urlencode` sends it."""
    data = {"image_b64": base64.b64encode(png()).decode(), "channels": "alpha"}

    picture = opened(client.post("/v1/remove", headers={"x-api-key": key}, data=data))

    assert picture.mode == "L"


def test_a_png_may_take_longer_and_be_smaller(client: TestClient, key: str) -> None:
    """The pixels are the same either way."""
    fast, small = (
        client.post(
            "/v1/remove", headers={"x-api-key": key}, files={"file": png()}, data={"compression": how}
        )
        for how in ("fast", "small")
    )

    assert opened(fast).tobytes() == opened(small).tobytes()
    assert len(small.content) < len(fast.content)


def test_credits_run_out(client: TestClient, service: Service) -> None:
    """Two credits buy two pictures."""
    key = new_key(service, 2000)

    statuses = [
        client.post("/v1/remove", headers={"x-api-key": key}, files={"file": png()}).status_code
        for _ in range(3)
    ]

    assert [200, 200, 402] == statuses


def test_test_keys_are_free_and_small(client: TestClient, service: Service) -> None:
    """Real results, nothing charged, 512 pixels at most."""
    secret = new_key(service, test=True)

    response = client.post("/v1/remove", headers={"x-api-key": secret}, files={"file": png(1024, 512)})

    assert opened(response).size == (512, 256)
    assert response.headers["x-credits-charged"] == "0"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-api-key": "nonsense"},
        {"x-api-key": "ck_live_" + "0" * 30},
        {"authorization": "Basic abc"},
        {"x-api-key": "\xff"},
    ],
)
def test_a_key_that_is_not_known_is_refused_in_one_form(client: TestClient, headers: dict[str, str]) -> None:
    """Missing, malformed and unknown look alike."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    response = client.post("/v1/remove", headers=raw, files={"file": png()})

    body = response.json()
    assert response.status_code == 401
    assert body.pop("request_id") == response.headers["x-request-id"]
    assert {"code": "authentication_error", "message": "Invalid or missing API key"} == body


def refusals() -> dict[str, dict[str, object]]:
    """Requests that cannot be honoured, and the code that each must get."""
    good = png()
    form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    return {
        "no body": {"code": "missing_image"},
        "empty file": {"code": "missing_image", "files": {"file": b""}},
        "wrong field": {"code": "missing_image", "files": {"photo": good}},
        "name without @": {"code": "missing_image", "data": {"image_file": "photo.png"}},
        "two pictures": {"code": "multiple_images", "files": {"file": good, "image_file": good}},
        "not a picture": {"code": "unsupported_format", "files": {"file": b"hello, world, this is text"}},
        "cut short": {"code": "unreadable_image", "files": {"file": good[: len(good) // 2]}},
        "one byte too many": {
            "code": "image_too_large",
            "files": {"file": good + bytes(100_001 - len(good))},
        },
        "far too many": {"code": "image_too_large", "files": {"file": bytes(3_000_000)}},
        "raw too large": {
            "code": "image_too_large",
            "headers": {"content-type": "image/png"},
            "content": bytes(100_001),
        },
        "unknown parameter": {"code": "validation_error", "files": {"file": good}, "data": {"colour": "x"}},
        "bad value": {"code": "validation_error", "files": {"file": good}, "data": {"crop": "yes"}},
        "twice": {"code": "validation_error", "files": {"file": good}, "params": {"size": ["full", "small"]}},
        "bad JSON": {"code": "validation_error", "json_text": "{"},
        "JSON list": {"code": "validation_error", "json_text": "[]"},
        "JSON repeat": {
            "code": "validation_error",
            "json_text": '{"size": "full", "size": "full", "image_b64": "aGk="}',
        },
        "deep JSON": {"code": "validation_error", "json_text": "[" * 100_000},
        "long name": {
            "code": "validation_error",
            "json_text": '{"%s": 1, "image_b64": "aGk="}' % ("n" * 5000),
        },
        "not base64": {"code": "validation_error", "json_text": '{"image_b64": "%%%"}'},
        "no type": {"code": "validation_error", "headers": {}, "content": good},
        "odd type": {"code": "validation_error", "headers": {"content-type": "text/plain"}, "content": good},
        "no boundary": {
            "code": "validation_error",
            "headers": {"content-type": "multipart/form-data"},
            "content": form + good + b"\r\n--b--\r\n",
        },
        "no end": {"code": "validation_error", "headers": MULTIPART, "content": form + good},
        "not multipart": {"code": "validation_error", "headers": MULTIPART, "content": b"hello"},
    }


@pytest.mark.parametrize("case", refusals())
def test_bad_input_is_a_clear_refusal_that_costs_nothing(client: TestClient, key: str, case: str) -> None:
    """A 4xx with a code, in the native shape, and the balance as before."""
    request = refusals()[case]
    code = request.pop("code")
    headers = {"x-api-key": key, **request.pop("headers", {})}  # type: ignore[dict-item]
    if "json_text" in request:
        headers["content-type"] = "application/json"
        request["content"] = request.pop("json_text")

    response = client.post("/v1/remove", headers=headers, **request)  # type: ignore[arg-type]

    body = response.json()
    assert (400, code) == (response.status_code, body["code"])
    assert body["request_id"] == response.headers["x-request-id"]
    assert body["message"]
    assert body["details"]
    assert len(response.content) < 1000
    assert used(client, key) == 0


def test_a_picture_without_a_subject_is_said_to_have_none(tmp_path: Path) -> None:
    """An empty picture is no answer, and no charge."""
    service = build(Settings(home=tmp_path), model=FakeModel(radius=0))
    key = new_key(service)
    client = TestClient(service.app)

    response = client.post("/v1/remove", headers={"x-api-key": key}, files={"file": png()})

    assert (400, "no_subject") == (response.status_code, response.json()["code"])
    assert used(client, key) == 0


def test_a_defect_is_answered_without_a_trace_and_costs_nothing(tmp_path: Path) -> None:
    """What broke stays in the log."""

    class Broken(FakeModel):
        def predict(self, rgb: Bytes) -> Floats:
            raise RuntimeError("/secret/path")

    service = build(Settings(home=tmp_path), model=Broken())
    key = new_key(service)
    client = TestClient(service.app)

    response = client.post("/v1/remove", headers={"x-api-key": key}, files={"file": png()})

    assert (500, "internal_server_error") == (response.status_code, response.json()["code"])
    assert "secret" not in response.text
    assert used(client, key) == 0


def test_a_result_that_the_transport_cannot_carry_is_refused_uncharged(tmp_path: Path) -> None:
    """The bound is checked while the charge can still be given back."""
    service = build(Settings(home=tmp_path, max_result_bytes=50, zero_retention=True), model=FakeModel())
    key = new_key(service)
    client = TestClient(service.app)

    response = client.post("/v1/remove", headers={"x-api-key": key}, files={"file": png()})

    assert response.status_code == 400
    assert "50 fit" in response.json()["details"]
    assert used(client, key) == 0


def test_unknown_addresses_and_methods_have_the_same_shape(client: TestClient) -> None:
    """No framework's own words."""
    stray = client.get("/v1/removed")
    wrong = client.get("/v1/remove")

    assert (404, "not_found") == (stray.status_code, stray.json()["code"])
    assert client.get("/health/", follow_redirects=False).status_code == 404
    assert (405, "method_not_allowed") == (wrong.status_code, wrong.json()["code"])
    assert wrong.headers["allow"] == "POST"
    assert stray.json()["request_id"] == stray.headers["x-request-id"]


def test_the_service_describes_itself_without_a_key(client: TestClient) -> None:
    """Health, readiness, licences, the description and its page."""
    assert client.get("/health").json()["status"] == "ok"
    ready = client.get("/ready")
    assert (200, "ready") == (ready.status_code, ready.json()["status"])
    licences = client.get("/v1/licenses").json()
    assert "Pillow" in {package["name"].title() for package in licences["packages"]}
    document = client.get("/openapi.json").json()
    assert {"/v1/remove", "/v1/me", "/health", "/ready", "/v1/licenses"} <= set(document["paths"])
    assert {"ApiKey", "Bearer"} <= set(document["components"]["securitySchemes"])
    page = client.get("/docs")
    assert "openapi.json" in page.text
    assert "//cdn" not in page.text


def test_browsers_may_call_and_read_the_headers(client: TestClient, key: str) -> None:
    """Keys travel in headers, so any origin may ask."""
    asked = client.options(
        "/v1/remove",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-api-key",
        },
    )
    answered = client.get("/v1/me", headers={"Origin": "https://shop.example", "x-api-key": key})

    assert asked.status_code == 200
    assert "*" == answered.headers["access-control-allow-origin"]
    assert "X-Request-ID" in answered.headers["access-control-expose-headers"]


def test_a_full_house_refuses_at_once(tmp_path: Path) -> None:
    """More waiting than memory allows is answered 503 with a time to come back."""
    service = build(Settings(home=tmp_path, max_running=1, max_waiting=0), model=FakeModel())
    key = new_key(service)
    client = TestClient(service.app)
    service.workers._admitted = 1  # noqa: SLF001 - as if another request were in work

    response = client.post("/v1/remove", headers={"x-api-key": key}, files={"file": png()})

    assert (503, "overloaded") == (response.status_code, response.json()["code"])
    assert int(response.headers["retry-after"]) > 0


def test_logs_hold_no_key_and_no_picture(
    client: TestClient, key: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """What is logged may be read by more people than the caller."""
    encoded = base64.b64encode(png()).decode()
    client.post("/v1/remove", headers={"x-api-key": key}, json={"image_b64": encoded, "size": "odd"})
    client.post("/v1/remove", headers={"x-api-key": key}, json={"image_b64": encoded})

    printed = json.dumps(capfd.readouterr())

    assert key not in printed
    assert encoded[:40] not in printed
