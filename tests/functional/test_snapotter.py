"""SnapOtter's clients: a job, its progress, its files; and what every setting does."""

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from handler.bootstrap.service import Service, build
from handler.dialects.snapotter.table import MODELS
from handler.services.bookkeeping import GUESTS
from handler.settings import Settings
from tests.customers import new_key
from tests.images import encoded, gradient, noise, with_alpha
from tests.otters import RED, REMOVE, SUBJECT, composed, effects, finished, opened, pixels, post, progress
from tests.serving import SlowModel

PATIENCE_SECONDS = 20
CORNER, MIDDLE = (0, 0), (30, 40)
GRADIENT: dict[str, Any] = {
    "backgroundType": "gradient",
    "gradientColor1": "#102030",
    "gradientColor2": "#ffffff",
}
CLEAR = (0, 0, 0, 0)
EXPIRED = {
    "error": "This image's background removal has expired. Remove the background again.",
    "code": "BACKGROUND_REMOVAL_EXPIRED",
}


@pytest.fixture(scope="module")
def model() -> SlowModel:
    """A model that counts its runs."""
    return SlowModel(0)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, model: SlowModel) -> Iterator[Service]:
    """The whole house, with hands for its jobs."""
    home = tmp_path_factory.mktemp("snapotter")
    service = build(Settings(home=home, requests_per_second=1000, requests_per_minute=60_000), model=model)
    assert service.labour is not None
    service.labour.hands.start()
    yield service
    service.labour.hands.stop()


def spent(service: Service) -> int:
    """What guests have paid, in thousandths, once nothing is held: a job is told of before it is paid."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while (account := service.books.bookkeeping.find(GUESTS)).held and time.monotonic() < ends_at:
        time.sleep(0.02)
    return account.spent


@pytest.mark.parametrize("folder", ["/api/v1/tools", "/api/v1/tools/image"])
def test_a_picture_is_accepted_done_and_fetched(client: TestClient, service: Service, folder: str) -> None:
    """At addresses of both generations, without a key, for one credit; mask and original stand beside."""
    before = spent(service)
    answer = client.post(
        f"{folder}/remove-background",
        files={"file": ("photo.jpg", RED)},
        data={"settings": '{"backgroundType":"transparent","edgeRefine":2,"outputFormat":"png"}'},
    )
    job_id = answer.json()["jobId"]
    result = finished(client, answer)
    download, head = client.get(result["downloadUrl"]), client.head(result["downloadUrl"])

    assert {"jobId": str(uuid.UUID(job_id)), "async": True} == answer.json()
    mask = f"/api/v1/download/{job_id}/photo_mask.png"
    assert {
        "jobId": job_id,
        "downloadUrl": mask,
        "maskUrl": mask,
        "originalUrl": f"/api/v1/download/{job_id}/photo_original.png",
        "originalSize": len(RED),
        "processedSize": len(download.content),
        "filename": "photo.jpg",
        "model": "rembg",
    } == result
    assert 'attachment; filename="photo_mask.png"' == download.headers["content-disposition"]
    assert (b"", str(len(download.content))) == (head.content, head.headers["content-length"])
    cut = pixels(client, mask)
    assert (CLEAR, SUBJECT) == (tuple(cut[CORNER]), tuple(cut[MIDDLE]))
    assert (pixels(client, result["originalUrl"]) == SUBJECT).all()
    assert before + 1000 == spent(service)


def test_the_original_is_as_it_came(client: TestClient) -> None:
    """With its own transparency, not cut and not cleaned."""
    source = with_alpha(gradient(80, 60))
    result = finished(client, post(client, file=encoded(source)))

    assert np.array_equal(source, pixels(client, result["originalUrl"]))


def test_any_part_is_the_picture_whatever_its_name(client: TestClient) -> None:
    """And settings may be left out."""
    file = encoded(gradient(80, 60), "heic")
    answer = client.post(REMOVE, files={"image": ("a/b\\my photo (1).heic", file)})
    result = finished(client, answer)

    assert "my photo (1).png" == result["filename"], "what is decoded on arrival is a PNG from then on"
    assert result["maskUrl"].endswith("/my%20photo%20%281%29_mask.png")
    download = client.get(result["maskUrl"])
    assert 'attachment; filename="my photo (1)_mask.png"' == download.headers["content-disposition"]


def test_a_client_may_name_its_job(client: TestClient) -> None:
    """By a UUID that no job has; another one's is refused, and what the second sent is not charged."""
    name = str(uuid.uuid4())

    def named(job_id: str) -> tuple[int, str]:
        answer = client.post(REMOVE, files={"file": RED}, data={"clientJobId": job_id})
        return answer.status_code, str(answer.json().get("jobId") or answer.json()["error"])

    assert (202, name) == named(name)
    assert (400, "Invalid settings") == named(name)
    assert (400, "Invalid settings") == named("mine")
    assert "complete" == progress(client, name)[-1].data["phase"]


def test_effects_show_in_phase_1_too(client: TestClient) -> None:
    """The finished picture is another file; the mask stays the cut-out."""
    result = finished(client, post(client, backgroundType="color", backgroundColor="#FF5500"))
    laid, mask = pixels(client, result["downloadUrl"]), pixels(client, result["maskUrl"])

    assert result["downloadUrl"].endswith("/photo_nobg.png")
    assert ((255, 85, 0, 255), SUBJECT) == (tuple(laid[CORNER]), tuple(laid[MIDDLE]))
    assert CLEAR == tuple(mask[CORNER])


def test_a_short_colour_is_taken(client: TestClient) -> None:
    """Three digits."""
    assert (255, 170, 0, 255) == tuple(
        composed(client, backgroundType="color", backgroundColor="#fa0")[CORNER]
    )


def test_a_gradient_runs_by_its_angle(client: TestClient) -> None:
    """At 0 from top to bottom, by default from bottom to top."""
    colours: dict[str, Any] = {
        "backgroundType": "gradient",
        "gradientColor1": "#000000",
        "gradientColor2": "#ffffff",
    }
    down, up = composed(client, **colours, gradientAngle=0), composed(client, **colours)

    assert (down[0, 0, 0] < 8, down[-1, 0, 0] > 247) == (True, True)
    assert (up[0, 0, 0] > 247, up[-1, 0, 0] < 8) == (True, True)


def test_a_blur_is_of_the_original(client: TestClient) -> None:
    """By its flag or by its type, and stronger with more intensity."""
    checks = np.indices((60, 80)).sum(0) // 4 % 2 * 255
    file = encoded(np.dstack([checks] * 3).astype(np.uint8))
    by_flag, by_type = composed(client, file, blurEnabled=True), composed(client, file, backgroundType="blur")
    faint = composed(client, file, backgroundType="blur", blurIntensity=0)

    assert np.array_equal(by_flag, by_type)
    assert by_flag[:5, ..., :3].std() < faint[:5, ..., :3].std() < checks.std()
    assert (by_flag[..., 3] == 255).all()


def test_a_picture_may_lie_behind(client: TestClient) -> None:
    """Sent along as backgroundImage; blurred where that is asked for."""
    checks = np.indices((60, 80)).sum(0) // 4 % 2 * 255
    files = {"file": RED, "backgroundImage": encoded(np.dstack([checks] * 3).astype(np.uint8))}

    def laid(**settings: object) -> float:
        data = {"settings": json.dumps({"backgroundType": "image", **settings})}
        result = finished(client, client.post(REMOVE, files=files, data=data))
        return float(pixels(client, result["downloadUrl"])[:5, ..., :3].std())

    assert laid() > 100
    assert laid(blurEnabled=True) < 20
    refused = post(client, backgroundType="image")
    assert (400, "Invalid settings") == (refused.status_code, refused.json()["error"])
    assert "backgroundImage" in refused.json()["details"]


def test_a_shadow_is_as_dark_as_asked(client: TestClient) -> None:
    """Below the subject, on an empty ground."""
    dark, faint = (composed(client, shadowEnabled=True, shadowOpacity=share) for share in (100, 20))
    mask = composed(client)
    below = (mask[..., 3] == 0) & (np.arange(60)[:, None] > 45)

    assert dark[below, 3].max() > 2 * faint[below, 3].max() > 0
    assert (dark[below, :3] == 0).all()


@pytest.mark.parametrize("file_format", ["png", "webp", "avif"])
def test_the_format_is_the_one_asked_for(client: TestClient, file_format: str) -> None:
    """In the file, in its name and in its type."""
    result = finished(client, post(client, outputFormat=file_format))
    download = client.get(result["downloadUrl"])

    assert file_format.upper() == opened(client, result["downloadUrl"]).format
    assert f"image/{file_format}" == download.headers["content-type"]
    assert result["downloadUrl"].endswith("mask.png" if file_format == "png" else f"nobg.{file_format}")


def test_the_edge_becomes_softer_and_tighter(client: TestClient) -> None:
    """With each step."""
    alphas = [composed(client, edgeRefine=step)[..., 3] for step in range(4)]

    soft = [int(((0 < alpha) & (alpha < 255)).sum()) for alpha in alphas]
    assert soft == sorted(set(soft))
    assert alphas[1].sum() > alphas[2].sum() > alphas[3].sum()


def test_soft_edges_keep_the_old_ground_only_where_that_is_asked_for(client: TestClient) -> None:
    """A white subject on black has grey edges, until they are cleaned."""
    down, across = np.mgrid[0:240, 0:320]
    distance = np.hypot((across + 0.5) / 320 - 0.5, (down + 0.5) / 240 - 0.5)
    shades = (np.clip((0.3 - distance) * 32 + 0.5, 0, 1) * 255).astype(np.uint8)
    file = encoded(np.dstack([shades] * 3))
    clean, kept = (composed(client, file, decontaminate=wanted) for wanted in (True, False))
    soft = (clean[..., 3] > 40) & (clean[..., 3] < 200)

    assert np.array_equal(clean[..., 3], kept[..., 3])
    assert clean[soft, 0].mean() > kept[soft, 0].mean() + 10


@pytest.mark.parametrize("name", MODELS)
def test_every_model_of_the_vendors_is_served(client: TestClient, name: str) -> None:
    """One made for a single kind of subject is said to be served by one for any."""
    answer = post(client, model=name)

    assert ("X-Notice" in answer.headers) == (name == "birefnet-portrait")
    assert finished(client, answer)["processedSize"] > 0


BAD: dict[str, tuple[object, ...]] = {
    "model": ("rembg", ["u2net"], 1),
    "backgroundType": ("plaid", 1),
    "backgroundColor": ("orange-ish", 12),
    "gradientColor1": ("#12345",),
    "gradientColor2": ("#12345",),
    "gradientAngle": ("up", 361, "NaN"),
    "blurEnabled": (1, "maybe"),
    "blurIntensity": (101, -1),
    "shadowEnabled": ("dark",),
    "shadowOpacity": (-1, {}),
    "outputFormat": ("jpg", "gif"),
    "edgeRefine": (4, -1, 1.5),
    "decontaminate": ("very",),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in BAD for value in BAD[name]])
def test_a_value_out_of_bounds_is_refused_by_its_name(client: TestClient, name: str, value: object) -> None:
    """Before anything is done or charged."""
    answer = client.post(REMOVE, files={"file": RED}, data={"settings": json.dumps({name: value})})

    assert (400, "Invalid settings") == (answer.status_code, answer.json()["error"])
    assert name in answer.json()["details"]


@pytest.mark.parametrize("settings", [{"backgroundType": "color"}, {"backgroundType": "gradient"}])
def test_a_ground_without_its_colours_is_refused(client: TestClient, settings: dict[str, Any]) -> None:
    """It would not be seen."""
    assert 400 == post(client, **settings).status_code


def test_numbers_of_sliders_and_nulls_are_taken(client: TestClient) -> None:
    """However many digits they have."""
    settings: dict[str, Any] = {
        "backgroundType": "blur",
        "blurIntensity": 100 / 3,
        "edgeRefine": 2.0,
        "model": None,
    }

    assert 202 == post(client, **settings).status_code


@pytest.mark.parametrize("text", ["{", "[]", '"x"', "[" * 9000, "{" + " " * 30_000 + "}"])
def test_settings_that_are_no_object_are_refused(client: TestClient, text: str) -> None:
    """In the vendor's words."""
    answer = client.post(REMOVE, files={"file": RED}, data={"settings": text})

    assert 400 == answer.status_code
    assert answer.json()["error"].startswith("Settings must be")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"settings": (None, b"{}")}, (400, "No image file provided")),
        ({"file": b""}, (400, "No image file provided")),
        ({"file": b"no picture at all"}, (400, "Invalid image: ")),
    ],
)
def test_what_is_no_picture_is_refused_at_once(
    client: TestClient, service: Service, files: dict[str, bytes], expected: tuple[int, str]
) -> None:
    """Nothing is charged for it."""
    before = spent(service)
    answer = client.post(REMOVE, files=files)

    assert expected == (answer.status_code, answer.json()["error"][: len(expected[1])])
    assert before == spent(service)


def test_two_pictures_are_one_too_many(client: TestClient) -> None:
    """The batch is for those."""
    assert 400 == client.post(REMOVE, files={"file": RED, "other": RED}).status_code


def test_what_has_no_meaning_here_is_told(client: TestClient) -> None:
    """Fields and settings alike."""
    data = {"settings": '{"sparkles": 3, "edgeRefine": 1}', "saveMode": "new"}
    answer = client.post(REMOVE, files={"file": RED}, data=data)

    assert finished(client, answer)
    assert (202, "saveMode, sparkles") == (answer.status_code, answer.headers["X-Ignored-Parameters"])


def test_a_picture_that_cannot_be_decoded_fails_in_its_job(client: TestClient, service: Service) -> None:
    """It says so at the end, and costs nothing."""
    before = spent(service)
    answer = post(client, file=encoded(noise(80, 60, 3))[:-5000])
    last = progress(client, answer.json()["jobId"])[-1].data

    assert ("failed", 0) == (last["phase"], last["percent"])
    assert last["error"]
    assert before == spent(service)


def test_another_colour_takes_no_model(client: TestClient, service: Service, model: SlowModel) -> None:
    """The matte is known; the new file lies among the job's, for nothing."""
    job_id = finished(client, post(client))["jobId"]
    runs, paid = model.runs, spent(service)
    first = effects(client, job_id, backgroundType="color", backgroundColor="#FF5500", outputFormat="png")
    address = first.json()["downloadUrl"]
    laid = pixels(client, address)
    second = effects(client, job_id, backgroundType="color", backgroundColor="#0000FF", outputFormat="webp")

    assert 200 == first.status_code
    assert f"/api/v1/download/{job_id}/photo_nobg.png" == address
    assert {"jobId", "downloadUrl", "processedSize"} == set(first.json())
    assert first.json()["processedSize"] == len(client.get(address).content)
    assert ((255, 85, 0, 255), SUBJECT) == (tuple(laid[CORNER]), tuple(laid[MIDDLE]))
    assert second.json()["downloadUrl"].endswith("/photo_nobg.webp")
    assert "WEBP" == opened(client, second.json()["downloadUrl"]).format
    assert (runs, paid) == (model.runs, spent(service))


def test_both_phases_make_the_same_picture(client: TestClient) -> None:
    """With how the edge was to be."""
    wanted: dict[str, Any] = {
        "backgroundType": "gradient",
        "gradientColor1": "#102030",
        "gradientColor2": "#fff",
    }
    wanted |= {"shadowEnabled": True, "gradientAngle": 45}
    at_once = finished(client, post(client, **wanted, edgeRefine=3))
    later = finished(client, post(client, edgeRefine=3))["jobId"]
    address = effects(client, later, **wanted).json()["downloadUrl"]

    assert np.array_equal(pixels(client, at_once["downloadUrl"]), pixels(client, address))


def test_a_later_effect_takes_the_place_of_an_earlier_one(client: TestClient) -> None:
    """At the same address, with a picture behind."""
    result = finished(client, post(client, backgroundType="color", backgroundColor="#000"))
    green = encoded(np.full((8, 8, 3), (0, 255, 0), np.uint8))
    body = json.dumps({"jobId": result["jobId"], "filename": "photo.jpg", "backgroundType": "image"})
    answer = client.post(f"{REMOVE}/effects", files={"backgroundImage": green}, data={"settings": body})

    assert result["downloadUrl"] == answer.json()["downloadUrl"]
    assert (0, 255, 0, 255) == tuple(pixels(client, result["downloadUrl"])[CORNER])


def test_effects_are_for_those_who_own_the_job(client: TestClient, service: Service) -> None:
    """For others, for other names and for jobs that never were, it has expired."""
    job_id = finished(client, post(client))["jobId"]
    body = {"settings": json.dumps({"jobId": job_id, "filename": "photo.jpg"})}
    stranger = client.post(
        f"{REMOVE}/effects", data=body, headers={"Authorization": f"Bearer {new_key(service)}"}
    )
    others = [effects(client, *names) for names in ((job_id, "other.jpg"), (str(uuid.uuid4()),), ("x",))]

    assert [(410, EXPIRED)] * 4 == [(answer.status_code, answer.json()) for answer in (stranger, *others)]


def test_effects_need_their_settings(client: TestClient) -> None:
    """In the vendor's words."""
    job_id = finished(client, post(client))["jobId"]
    answers = [
        client.post(f"{REMOVE}/effects", data={"other": "x"}),
        client.post(f"{REMOVE}/effects", data={"settings": "{"}),
        client.post(f"{REMOVE}/effects", data={"settings": json.dumps({"jobId": job_id})}),
        effects(client, job_id, backgroundColor="nice"),
    ]

    assert [
        (400, "No settings provided"),
        (400, "Settings must be valid JSON"),
        (400, "Invalid settings"),
        (400, "Invalid settings"),
    ] == [(answer.status_code, answer.json()["error"]) for answer in answers]


def test_effects_wait_for_the_cut_out(tmp_path: Path) -> None:
    """A job that nobody has worked on has nothing to lay anything behind."""
    with TestClient(build(Settings(home=tmp_path), model=SlowModel(0)).app) as client:
        answer = effects(client, post(client).json()["jobId"])

    assert (400, "Invalid settings") == (answer.status_code, answer.json()["error"])


@pytest.mark.parametrize(
    "filename",
    ["other_mask.png", "photo.jpg", "photo_mask.webp", "photo_nobg.png", "0-mask.png", "results.zip"],
)
def test_only_a_jobs_own_files_are_found(client: TestClient, filename: str) -> None:
    """By their own names."""
    job_id = finished(client, post(client))["jobId"]
    answers = [client.get(f"/api/v1/download/{each}/{filename}") for each in (job_id, str(uuid.uuid4()), "x")]

    assert [(404, {"error": "File not found"})] * 3 == [(each.status_code, each.json()) for each in answers]


def test_other_dialects_jobs_have_no_files_here(client: TestClient, service: Service) -> None:
    """Though a variant may be called as ours are."""
    headers = {"x-api-key": new_key(service)}
    data = {"variants": '[{"name": "mask"}, {"name": "nobg"}]'}
    job_id = client.post("/v1/jobs", headers=headers, files={"image_file": RED}, data=data).json()["id"]
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while (told := client.get(f"/v1/jobs/{job_id}", headers=headers).json())["status"] != "completed":
        assert time.monotonic() < ends_at, told
        time.sleep(0.05)
    names = ("photo_mask.png", f"batch-remove-background-{job_id[:8]}.zip")

    assert [404, 404] == [client.get(f"/api/v1/download/{job_id}/{name}").status_code for name in names]


@pytest.mark.parametrize(
    "path", ["x/..%2f..%2fetc%2fpasswd", "..%2fx/photo_mask.png", "x/a%5cb", "x/a%00b", "x/a/b"]
)
def test_a_path_that_leads_out_is_refused(client: TestClient, path: str) -> None:
    """However it is written."""
    answer = client.get(f"/api/v1/download/{path}")

    assert (400, {"error": "Invalid path"}) == (answer.status_code, answer.json())


def test_a_wrong_key_is_refused_though_none_is_needed(client: TestClient) -> None:
    """In the vendor's words."""
    answer = client.post(REMOVE, files={"file": RED}, headers={"Authorization": "Bearer wrong"})

    assert (401, "Authentication required", "AUTH_REQUIRED") == (
        answer.status_code,
        answer.json()["error"],
        answer.json()["code"],
    )


def test_whoever_has_a_key_pays_with_it(client: TestClient, service: Service) -> None:
    """Guests do not."""
    before = spent(service)
    key = new_key(service)
    headers = {"Authorization": f"Bearer {key}"}
    finished(client, client.post(REMOVE, files={"file": RED}, headers=headers))

    assert 1 == client.get("/v1/me", headers=headers).json()["usedCredits"]
    assert before == spent(service)
