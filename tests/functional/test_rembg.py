"""rembg's clients, which send no key and read a PNG."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.dialects.rembg import REMBG
from handler.dialects.rembg.parameters import MODELS
from handler.domain.errors import HostUnresolvedError
from handler.domain.image import Bytes
from handler.services.bookkeeping import GUESTS
from handler.settings import Settings
from tests.fakes import FakeModel
from tests.images import encoded
from tests.origins import Origin, answer, open_origin, redirect

RED = np.full((60, 80, 3), (200, 30, 40), np.uint8)
PICTURE = encoded(RED)
CORNER, MIDDLE = (0, 0), (40, 30)


@pytest.fixture
def origin() -> Iterator[Origin]:
    """A server with a picture, and a page that is none."""
    with open_origin({"/photo.png": answer(PICTURE), "/page": answer(b"<html>")}) as origin:
        yield origin


@pytest.fixture
def service(tmp_path: Path, origin: Origin) -> Service:
    """The whole house, with a fake model."""
    exempt = f"127.0.0.1:{origin.port}"
    return build(Settings(home=tmp_path, fetch_allow_hosts=exempt), model=FakeModel())


def post(client: TestClient, query: str = "", **form: str) -> httpx2.Response:
    """Upload the picture as rembg's documentation does."""
    return client.post(f"/api/remove?{query}", files={"file": PICTURE}, data=form)


def opened(response: httpx2.Response) -> Image.Image:
    """The answer as a picture."""
    assert (200, "image/png") == (response.status_code, response.headers["content-type"]), response.text
    return Image.open(io.BytesIO(response.content))


def pixels(response: httpx2.Response) -> Bytes:
    """The answer's samples."""
    return np.asarray(opened(response))


def test_an_upload_is_answered_with_its_cut_out(client: TestClient) -> None:
    """At full size, without a key, for a credit of the guests."""
    picture = opened(post(client))

    assert ("RGBA", (80, 60)) == (picture.mode, picture.size)
    assert (0, 0, 0, 0) == picture.getpixel(CORNER)
    assert (200, 30, 40, 255) == picture.getpixel(MIDDLE)


def test_an_address_gives_what_an_upload_gives(client: TestClient, origin: Origin) -> None:
    """By GET, the options beside it."""
    fetched = client.get("/api/remove", params={"url": origin.url("/photo.png"), "om": "1"})

    assert post(client, om="1").content == fetched.content


def test_guests_pay_from_their_own_account(client: TestClient, service: Service) -> None:
    """One credit a picture, none for a refusal."""
    post(client)
    post(client, af="many")

    assert 1000 == service.books.bookkeeping.find(GUESTS).spent


def test_only_the_mask_is_grey(client: TestClient) -> None:
    """And a backdrop does not show in it."""
    masks = [opened(post(client, query, om="true")) for query in ("", "bgc=1,2,3,255")]

    assert ["L", "L"] == [mask.mode for mask in masks]
    assert [(0, 255)] * 2 == [(mask.getpixel(CORNER), mask.getpixel(MIDDLE)) for mask in masks]


def test_a_backdrop_lies_under_the_cut_out(client: TestClient) -> None:
    """Read from the address also by POST; in the form it means nothing, and that is said."""
    laid = opened(post(client, "bgc=10,20,30,255"))
    in_form = post(client, bgc="10,20,30,255")

    assert ((10, 20, 30, 255), (200, 30, 40, 255)) == (laid.getpixel(CORNER), laid.getpixel(MIDDLE))
    assert (0, 0, 0, 0) == opened(in_form).getpixel(CORNER)
    assert "bgc" == in_form.headers["x-ignored-parameters"]


def test_a_processed_mask_has_no_half_tones(client: TestClient) -> None:
    """Where the plain one has some."""
    assert len(np.unique(pixels(post(client, om="1")))) > 2
    assert [0, 255] == np.unique(pixels(post(client, om="1", ppm="yes"))).tolist()


def test_matting_leaves_half_tones_only_between_what_is_sure(client: TestClient) -> None:
    """The thresholds and the erosion say where that is."""
    plain = pixels(post(client, om="1"))
    strict = pixels(post(client, om="1", a="true", af="128", ab="127", ae="0"))
    eroded = pixels(post(client, om="1", a="true", af="128", ab="127", ae="100"))

    assert np.array_equal(np.where(plain > 128, 255, np.where(plain < 127, 0, plain)), strict)
    assert np.array_equal(plain, eroded)


def test_thresholds_without_matting_have_no_meaning(client: TestClient) -> None:
    """As in rembg; here that is said."""
    idle = post(client, af="128", ab="127", ae="0")

    assert post(client).content == idle.content
    assert "af, ab, ae" == idle.headers["x-ignored-parameters"]
    assert "bgc" == post(client, "bgc=1,2,3,255", om="1").headers["x-ignored-parameters"]
    assert "x-ignored-parameters" not in post(client, "bgc=1,2,3,255", a="1", af="128").headers


@pytest.mark.parametrize("extras", ["{", "[1]", '{"unknown": 1}', '{"putalpha": false}'])
def test_extras_that_say_nothing_change_nothing(client: TestClient, extras: str) -> None:
    """Not even where they are no JSON."""
    answered = client.post("/api/remove", params={"extras": extras}, files={"file": PICTURE})

    assert post(client).content == answered.content


@pytest.mark.parametrize("model", MODELS)
def test_every_model_that_ours_can_stand_in_for_is_served(client: TestClient, model: str) -> None:
    """Where it is made for one kind of subject, the answer says that ours is not."""
    answered = post(client, model=model)

    assert 200 == answered.status_code
    assert MODELS[model].special == ("x-notice" in answered.headers)


@pytest.mark.parametrize("model", ["u2net_cloth_seg", "isnet-anime", "sam", "u2net_custom", "u3net", ""])
def test_a_model_that_does_another_job_is_refused(client: TestClient, model: str) -> None:
    """Rather than answered with something else."""
    answered = post(client, model=model)

    assert 422 == answered.status_code
    (entry,) = answered.json()["detail"]
    assert (["body", "model"], model or "an empty value") == (entry["loc"], entry["input"])


@pytest.mark.parametrize(
    ("form", "query", "loc"),
    [
        ({"a": "perhaps"}, "", ["body", "a"]),
        ({"af": "256"}, "", ["body", "af"]),
        ({"ab": "-1"}, "", ["body", "ab"]),
        ({"ae": "x"}, "", ["body", "ae"]),
        ({"om": "2"}, "", ["body", "om"]),
        ({"ppm": "sometimes"}, "", ["body", "ppm"]),
        ({}, "bgc=1,2,3", ["query", "bgc"]),
        ({}, "bgc=1,2,3,256", ["query", "bgc"]),
    ],
)
def test_a_bad_value_is_told_in_fastapis_form(
    client: TestClient, form: dict[str, str], query: str, loc: list[str]
) -> None:
    """With its place, as rembg's clients know it."""
    answered = post(client, query, **form)

    assert 422 == answered.status_code
    (entry,) = answered.json()["detail"]
    assert {"type", "loc", "msg", "input"} == set(entry)
    assert loc == entry["loc"]


def test_what_is_missing_is_named(client: TestClient) -> None:
    """An address by GET, a file by POST."""
    by_get, by_post = client.get("/api/remove"), client.post("/api/remove", data={"om": "1"})

    assert [422, 422] == [by_get.status_code, by_post.status_code]
    assert [("missing", ["query", "url"]), ("missing", ["body", "file"])] == [
        (answered.json()["detail"][0]["type"], answered.json()["detail"][0]["loc"])
        for answered in (by_get, by_post)
    ]


def test_a_bad_value_beside_an_address_is_placed_there(client: TestClient) -> None:
    """By GET everything stands in the query."""
    answered = client.get("/api/remove", params={"url": "http://example.org/a.png", "af": "x"})

    assert ["query", "af"] == answered.json()["detail"][0]["loc"]


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("ftp://example.org/a.png", "Only http and https URLs are allowed."),
        ("http:///a.png", "Invalid URL: missing hostname."),
        ("http://127.0.0.1/a.png", "Requests to private/internal addresses are not allowed."),
        ("http://169.254.169.254/latest", "Requests to private/internal addresses are not allowed."),
    ],
)
def test_an_address_that_is_not_fetched_is_refused_in_rembgs_words(
    client: TestClient, url: str, detail: str
) -> None:
    """With 400."""
    answered = client.get("/api/remove", params={"url": url})

    assert (400, {"detail": detail}) == (answered.status_code, answered.json())


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/ring", "Too many redirects."),
        ("/nowhere", "Redirect without Location header."),
        ("/large", "Image exceeds maximum size."),
    ],
)
def test_an_address_that_gives_nothing_is_told_in_rembgs_words(
    client: TestClient, origin: Origin, path: str, detail: str
) -> None:
    """With 400, to the letter."""
    origin.pages |= {
        "/ring": redirect("/ring"),
        "/nowhere": answer(b"", status="302 Found"),
        "/large": answer(PICTURE, "Content-Length: 99999999"),
    }
    answered = client.get("/api/remove", params={"url": origin.url(path)})

    assert (400, {"detail": detail}) == (answered.status_code, answered.json())


def test_a_name_without_an_address_is_told_in_rembgs_words() -> None:
    """Without asking anybody for it here."""
    refused = REMBG.present_error(HostUnresolvedError("The host's name could not be resolved"), "req")

    assert {"detail": "Could not resolve hostname."} == json.loads(refused.body)


def test_the_documentation_is_where_rembg_has_it(client: TestClient) -> None:
    """At `/api`, beside where ours is."""
    assert client.get("/docs").text == client.get("/api").text


def test_what_is_no_picture_is_the_callers_fault(client: TestClient, origin: Origin) -> None:
    """Where rembg itself answers 500."""
    posted = client.post("/api/remove", files={"file": b"no picture"})
    fetched = client.get("/api/remove", params={"url": origin.url("/page")})

    assert [400, 400] == [posted.status_code, fetched.status_code]
    assert all(isinstance(json.loads(one.text)["detail"], str) for one in (posted, fetched))


def test_an_unknown_field_is_named_and_ignored(client: TestClient) -> None:
    """As clients of newer versions may send some."""
    answered = post(client, vm="1")

    assert (200, "vm") == (answered.status_code, answered.headers["x-ignored-parameters"])


def test_the_calls_are_described(client: TestClient) -> None:
    """Both methods, each field where it is read from."""
    calls = client.get("/openapi.json").json()["paths"]["/api/remove"]

    assert {"url", "model", "a", "af", "ab", "ae", "om", "ppm", "bgc", "extras"} == {
        row["name"] for row in calls["get"]["parameters"]
    }
    assert {"bgc", "extras"} == {row["name"] for row in calls["post"]["parameters"]}
    form = calls["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    assert {"file", "model", "a", "af", "ab", "ae", "om", "ppm"} == set(form)


def test_a_model_in_the_address_of_an_upload_means_nothing(client: TestClient) -> None:
    """There it stands in the form, whatever the address says; spaces around it mean nothing either."""
    plain = post(client, "model=no-such&om=1")
    assert "X-Notice" not in plain.headers
    assert "model, om" == plain.headers["X-Ignored-Parameters"]
    assert "X-Notice" in post(client, "model=no-such", model=" u2net_human_seg ").headers
