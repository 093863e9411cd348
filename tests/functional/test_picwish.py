"""PicWish's clients: a task that is waited for, or polled."""

import base64
import io
import time
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
from tests.fakes import FakeModel, TwoDiscs
from tests.images import encoded
from tests.origins import Origin, answer, open_origin
from tests.seals import make_seal
from tests.working import finish_jobs

PATH = "/api/tasks/visual/segmentation"
PICTURE = encoded(np.full((60, 80, 3), (200, 30, 40), np.uint8))
BLUE = encoded(np.full((30, 30, 3), (10, 20, 250), np.uint8))
MAX_BYTES = 1_000_000


@pytest.fixture
def origin() -> Iterator[Origin]:
    """A server with two pictures, and a page that is none."""
    pages = {"/photo.png": answer(PICTURE), "/blue.png": answer(BLUE), "/page": answer(b"<html>")}
    with open_origin(pages) as origin:
        yield origin


@pytest.fixture
def service(tmp_path: Path, origin: Origin) -> Service:
    """The whole house, with a fake model."""
    settings = Settings(
        home=tmp_path,
        fetch_allow_hosts=f"127.0.0.1:{origin.port}",
        max_bytes=MAX_BYTES,
        requests_per_minute=9999,
    )
    return build(settings, model=FakeModel())


@pytest.fixture
def headers(key: str) -> dict[str, str]:
    """How the vendor's clients show a key."""
    return {"X-API-KEY": key}


def create(
    client: TestClient, headers: dict[str, str], data: bytes = PICTURE, /, **form: object
) -> httpx2.Response:
    """Send a file as the documentation does."""
    return client.post(PATH, headers=headers, files={"image_file": data}, data=form)


def told(response: httpx2.Response) -> dict[str, Any]:
    """A task's data, out of an envelope whose status repeats HTTP's."""
    content = response.json()
    assert {"status", "message", "data"} == set(content)
    assert content["status"] == response.status_code
    data: dict[str, Any] = content["data"]
    return data


def done(
    client: TestClient, headers: dict[str, str], data: bytes = PICTURE, /, **form: object
) -> dict[str, Any]:
    """A task that was waited for."""
    response = create(client, headers, data, sync=1, **form)
    assert 200 == response.status_code, response.text
    return told(response)


def fetched(client: TestClient, url: str) -> Image.Image:
    """A result, which needs no key."""
    return Image.open(io.BytesIO(client.get(url).content))


def image(client: TestClient, headers: dict[str, str], **form: object) -> Image.Image:
    """The picture that a task gives."""
    return fetched(client, done(client, headers, **form)["image"])


def test_a_task_that_is_waited_for_is_told_of_whole(
    client: TestClient, headers: dict[str, str], key: str
) -> None:
    """Times are texts of Unix seconds."""
    before = int(time.time())
    task = done(client, headers)

    assert (1, 100, "Complete", 1) == (
        task["state"], task["progress"], task["state_detail"], task["return_type"]
    )  # fmt: skip
    times = [task[name] for name in ("created_at", "processed_at", "completed_at")]
    assert all(isinstance(moment, str) and before <= int(moment) <= time.time() for moment in times)
    assert "mask" not in task
    picture = fetched(client, task["image"])
    assert ("PNG", "RGBA", (80, 60)) == (picture.format, picture.mode, picture.size)
    assert ((0, 0, 0, 0), (200, 30, 40, 255)) == (picture.getpixel((0, 0)), picture.getpixel((40, 30)))
    assert 1 == used(client, key)


@pytest.mark.parametrize("form", [{}, {"sync": 0}, {"sync": "0"}])
def test_a_task_that_is_not_waited_for_is_polled(
    client: TestClient, service: Service, headers: dict[str, str], form: dict[str, object]
) -> None:
    """Its state is above 1 until it is done, and never 0."""
    response = create(client, headers, **form)
    task_id = told(response)["task_id"]
    waiting = told(client.get(f"{PATH}/{task_id}", headers=headers))
    finish_jobs(service)
    task = told(client.get(f"{PATH}/{task_id}", headers=headers))

    assert {"task_id"} == set(told(response))
    assert waiting["state"] > 1
    assert (1, 100, (80, 60)) == (task["state"], task["progress"], fetched(client, task["image"]).size)


def test_a_finished_task_can_be_asked_for_again(client: TestClient, headers: dict[str, str]) -> None:
    """Also one that was waited for."""
    task = done(client, headers)
    again = told(client.get(f"{PATH}/{task['task_id']}", headers=headers))

    assert task | {"image": ""} == again | {"image": ""}


def test_results_come_as_base64_where_that_is_asked_for(
    client: TestClient, service: Service, headers: dict[str, str]
) -> None:
    """Without a data: prefix, waited for or polled."""
    task_id = told(create(client, headers, return_type=2))["task_id"]
    finish_jobs(service)
    tasks = (done(client, headers, return_type="2"), told(client.get(f"{PATH}/{task_id}", headers=headers)))

    sizes = [Image.open(io.BytesIO(base64.b64decode(task["image"], validate=True))).size for task in tasks]
    assert [(80, 60)] * 2 == sizes


def test_a_result_can_be_the_answer_itself(client: TestClient, headers: dict[str, str]) -> None:
    """The type is the file's, and there is no envelope."""
    png = create(client, headers, sync=1, return_type=3)
    jpg = create(client, headers, sync=1, return_type=3, format="jpg")
    mask = create(client, headers, sync=1, return_type=3, output_type=3)

    assert ["image/png", "image/jpeg", "image/png"] == [
        one.headers["content-type"] for one in (png, jpg, mask)
    ]
    assert ["RGBA", "RGB", "L"] == [Image.open(io.BytesIO(one.content)).mode for one in (png, jpg, mask)]


def test_a_file_that_no_answer_holds_is_led_to(tmp_path: Path) -> None:
    """As bytes by a redirect, as base64 by its address."""
    service = build(Settings(home=tmp_path, max_result_bytes=100), model=FakeModel())
    with TestClient(service.app, follow_redirects=False) as client:
        headers = {"X-API-KEY": new_key(service)}
        as_bytes = create(client, headers, sync=1, return_type=3)
        as_base64 = told(create(client, headers, sync=1, return_type=2))
        files = [client.get(address) for address in (as_bytes.headers["location"], as_base64["image"])]

    assert 303 == as_bytes.status_code
    assert [(80, 60)] * 2 == [Image.open(io.BytesIO(file.content)).size for file in files]


@pytest.mark.parametrize(("output_type", "names"), [(1, {"image", "mask"}), (2, {"image"}), (3, {"mask"})])
def test_the_output_type_says_which_files_there_are(
    client: TestClient, headers: dict[str, str], output_type: int, names: set[str]
) -> None:
    """A mask is grey."""
    task = done(client, headers, output_type=output_type)

    assert names == {"image", "mask"} & set(task)
    modes = {name: fetched(client, task[name]).mode for name in names}
    assert {name: {"image": "RGBA", "mask": "L"}[name] for name in names} == modes


def test_a_crop_leaves_the_subject(client: TestClient, headers: dict[str, str]) -> None:
    """In the image and in the mask alike."""
    task = done(client, headers, crop=1, output_type=1)
    picture, mask = fetched(client, task["image"]), fetched(client, task["mask"])

    assert picture.size == mask.size
    assert max(picture.size) < 60
    assert (80, 60) == image(client, headers, crop="0").size


@pytest.mark.parametrize("colour", ["0000ff", "#0000ff", "00f"])
def test_a_jpg_lies_on_its_colour(client: TestClient, headers: dict[str, str], colour: str) -> None:
    """Or on white."""
    blue, white = image(client, headers, format="jpg", bg_color=colour), image(client, headers, format="jpg")

    assert np.abs(np.asarray(blue)[0, 0] - np.array((0, 0, 255))).max() < 5
    assert (255, 255, 255) == white.getpixel((0, 0))


def test_a_colour_under_a_png_means_nothing(client: TestClient, headers: dict[str, str]) -> None:
    """And that is said."""
    response = create(client, headers, sync=1, bg_color="0000ff")

    assert "bg_color" == response.headers["x-ignored-parameters"]
    assert (0, 0, 0, 0) == fetched(client, told(response)["image"]).getpixel((0, 0))


def test_a_picture_lies_behind_what_is_cropped(
    client: TestClient, headers: dict[str, str], origin: Origin
) -> None:
    """It covers the canvas, whether it is sent or named."""
    by_url = image(client, headers, crop=1, bg_image_url=origin.url("/blue.png"))
    files = {"image_file": PICTURE, "bg_image_file": BLUE}
    by_file = client.post(PATH, headers=headers, files=files, data={"sync": 1, "crop": 1})

    assert (10, 20, 250, 255) == by_url.getpixel((0, 0))
    assert by_url.tobytes() == fetched(client, told(by_file)["image"]).tobytes()
    assert max(by_url.size) < 60


def test_a_stamp_is_lifted_off_its_paper(client: TestClient, headers: dict[str, str]) -> None:
    """Where the model would see a disc."""
    seal = make_seal(0)
    stamp = fetched(client, done(client, headers, encoded(seal.photo), type="stamp")["image"])
    pixels = np.asarray(stamp)

    assert np.abs(pixels[..., 3] / 255 - seal.alpha).mean() < 0.05
    assert 1 == len(np.unique(pixels[pixels[..., 3] > 0][:, :3], axis=0))


@pytest.mark.parametrize("kind", ["", "object", "person"])
def test_a_single_subject_is_what_its_type_asks_for(
    client: TestClient, headers: dict[str, str], kind: str
) -> None:
    """There is no choice to make."""
    assert 200 == image(client, headers, type=kind).getpixel((40, 30))[0]  # type: ignore[index] # of RGBA


def test_among_several_subjects_a_type_is_refused(tmp_path: Path) -> None:
    """For no model tells which of them is meant; without a type all are cut out. Nothing is charged."""
    service = build(Settings(home=tmp_path / "two"), model=TwoDiscs())
    client = TestClient(service.app)
    headers = {"X-API-KEY": new_key(service)}
    for dialect, form in ((PATH, {"sync": 1}), ("/v1.0/removebg", {})):
        refused = client.post(
            dialect, headers=headers, files={"image_file": PICTURE}, data={**form, "type": "person"}
        )
        assert (400, True) == (refused.status_code, "person" in refused.text or "foreground" in refused.text)
    assert 0 == used(client, headers["X-API-KEY"])

    both = image(client, headers)
    assert [255, 0, 255] == [both.getchannel("A").getpixel((across, 30)) for across in (20, 40, 60)]


def test_an_address_is_as_good_as_a_file(client: TestClient, headers: dict[str, str], origin: Origin) -> None:
    """In every form of body, numbers as numbers too."""
    url = origin.url("/photo.png")
    answers = [
        client.post(PATH, headers=headers, json={"image_url": url, "sync": 1, "crop": 1}),
        client.post(PATH, headers=headers, data={"image_url": url, "sync": "1", "crop": "1"}),
        client.post(
            PATH, headers=headers, data={"image_url": url, "sync": "1", "crop": "1", "image_file": ""}
        ),
    ]

    sizes = {fetched(client, told(response)["image"]).size for response in answers}
    assert 1 == len(sizes)


@pytest.mark.parametrize(
    "form",
    [
        {"sync": 2},
        {"type": "car"},
        {"return_type": 4},
        {"return_type": 3},
        {"return_type": 3, "sync": 1, "output_type": 1},
        {"output_type": 0},
        {"crop": "yes"},
        {"format": "gif"},
        {"format": "jpg", "bg_color": "bluish"},
        {"image_url": "http://a/b.png"},
        {"bg_color": "fff", "bg_image_url": "http://a/b.png"},
    ],
)
def test_a_bad_value_is_400_and_costs_nothing(
    client: TestClient, headers: dict[str, str], key: str, form: dict[str, object]
) -> None:
    """Two sources, and two backgrounds, among them."""
    response = create(client, headers, **form)

    assert (400, {}) == (response.status_code, told(response))
    assert 0 == used(client, key)


def test_without_a_picture_there_is_no_task(client: TestClient, headers: dict[str, str]) -> None:
    """And the message says what to send."""
    response = client.post(PATH, headers=headers, data={"sync": 1})

    assert (400, "Send image_file or image_url") == (response.status_code, response.json()["message"])


def test_too_many_bytes_are_413(client: TestClient, headers: dict[str, str]) -> None:
    """At once, with the state that goes with it."""
    refused = create(client, headers, bytes(MAX_BYTES + 1))

    assert (413, {"state": -5}) == (refused.status_code, told(refused))


@pytest.mark.parametrize(
    ("data", "status", "state"),
    [
        (encoded(np.zeros((10, 4097, 3), np.uint8)), 413, -5),
        (PICTURE[:-40], 400, -7),
        (b"no picture", 400, -7),
    ],
)
def test_a_task_that_fails_says_so_in_its_state(
    client: TestClient, service: Service, headers: dict[str, str], data: bytes, status: int, state: int
) -> None:
    """Waited for, also in HTTP's; polled, with 200. Nothing is charged."""
    waited = create(client, headers, data, sync=1)
    created = create(client, headers, data)
    if created.status_code == 200:
        finish_jobs(service)
        polled = client.get(f"{PATH}/{told(created)['task_id']}", headers=headers)
        assert (200, state) == (polled.status_code, told(polled)["state"])

    assert status == waited.status_code
    assert state == told(waited)["state"]
    assert 0 == used(client, headers["X-API-KEY"])


def test_a_source_that_cannot_be_fetched_has_its_own_state(
    client: TestClient, service: Service, headers: dict[str, str], origin: Origin
) -> None:
    """And so has a page that is no picture."""
    states = []
    for path in ("/nothing.png", "/page"):
        created = client.post(PATH, headers=headers, data={"image_url": origin.url(path)})
        finish_jobs(service)
        states.append(told(client.get(f"{PATH}/{told(created)['task_id']}", headers=headers))["state"])

    assert [-3, -7] == states


def test_only_the_owner_sees_a_task(client: TestClient, service: Service, headers: dict[str, str]) -> None:
    """To everybody else there is none."""
    path = f"{PATH}/{done(client, headers)['task_id']}"

    assert 404 == client.get(path, headers={"X-API-KEY": new_key(service)}).status_code
    assert 404 == client.get(f"{PATH}/unknown", headers=headers).status_code
    assert (401, {}) == (client.get(path).status_code, told(client.get(path)))


def test_unknown_fields_are_named_and_ignored(client: TestClient, headers: dict[str, str]) -> None:
    """As newer clients may send some."""
    assert "fade" == create(client, headers, fade=1).headers["x-ignored-parameters"]


def test_fields_count_in_the_address_too(client: TestClient, headers: dict[str, str]) -> None:
    """One that was read nowhere would be ignored without a word."""

    def post(query: str) -> httpx2.Response:
        return client.post(f"{PATH}?{query}", headers=headers, files={"image_file": PICTURE})

    assert 1 == told(post("sync=1"))["state"]
    assert 400 == post("sync=2").status_code
