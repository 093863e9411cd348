"""What each native parameter does to the picture: a subject of known place, and golden geometry."""

import json
import zipfile
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
from tests import profiles
from tests.customers import new_key
from tests.fakes import FakeModel
from tests.images import FORMATS, encoded, gradient, with_alpha
from tests.serving import SlowModel

WIDTH, HEIGHT = 200, 100
# The disc of the fake model, as wide as the picture allows: its box, within a pixel or two of the soft rim.
LEFT, TOP, ACROSS, DOWN = 40, 20, 120, 60
PHOTO = encoded(gradient(WIDTH, HEIGHT))


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """The whole house, with a fake model; every request looks anew."""
    return build(Settings(home=tmp_path, matte_cache=False, requests_per_second=1000), model=FakeModel())


class Studio:
    """Makes pictures by parameters alone."""

    def __init__(self, client: TestClient, key: str) -> None:
        self._client = client
        self._key = key

    def ask(
        self, source: bytes = PHOTO, files: dict[str, bytes] | None = None, **fields: str
    ) -> httpx2.Response:
        """The answer."""
        response = self._client.post(
            "/v1/remove",
            headers={"x-api-key": self._key},
            files={"image_file": source, **(files or {})},
            data=fields,
            follow_redirects=False,
        )
        assert response.status_code == 200, response.text
        return response

    def make(self, source: bytes = PHOTO, files: dict[str, bytes] | None = None, **fields: str) -> Bytes:
        """The picture's pixels."""
        return pixels(self.ask(source, files, **fields))


@pytest.fixture
def studio(client: TestClient, service: Service) -> Studio:
    """With a hundred credits."""
    return Studio(client, new_key(service, 100_000))


def pixels(response: httpx2.Response) -> Bytes:
    """An answer's pixels."""
    return np.asarray(Image.open(BytesIO(response.content)))


def box(response: httpx2.Response) -> tuple[int, int, int, int]:
    """Where the headers say that the subject is: left, top, width, height."""
    return (
        int(response.headers["x-foreground-left"]),
        int(response.headers["x-foreground-top"]),
        int(response.headers["x-foreground-width"]),
        int(response.headers["x-foreground-height"]),
    )


def near(expected: tuple[int, ...], actual: tuple[int, ...], within: int = 8) -> bool:
    """Whether they differ by no more than a soft rim does."""
    return len(expected) == len(actual) and all(
        abs(one - other) <= within for one, other in zip(expected, actual, strict=True)
    )


def test_roi_makes_everything_outside_of_it_background(studio: Studio) -> None:
    """A subject is looked for in it alone."""
    whole, part = studio.make(), studio.make(roi="50% 0 100% 100px")

    assert (whole[50, 60, 3], part[50, 60, 3]) == (255, 0)
    assert part[:, :100, 3].max() == 0
    assert part[50, 150, 3] == 255


def test_alpha_decides_what_a_sources_own_transparency_does(studio: Studio) -> None:
    """Combined with the matte, dropped, or the matte itself."""
    source = encoded(with_alpha(gradient(WIDTH, HEIGHT)))
    made = {how: studio.make(source, alpha=how)[..., 3] for how in ("multiply", "ignore", "use")}

    # To the left the source is opaque, to the right it is clear; the disc is in the middle.
    assert [(0, 0), (0, 255), (255, 0)] == [
        (int(made[how][2, 2]), int(made[how][50, 150])) for how in ("multiply", "ignore", "use")
    ]


def test_edges_are_shifted_softened_and_cleaned(studio: Studio) -> None:
    """Alpha by shift and feather; colours by decontaminate, which leaves the alpha."""
    plain, shrunk, grown = studio.ask(), studio.ask(edge_shift="-8"), studio.ask(edge_shift="8")
    soft = pixels(studio.ask(edge_feather="10"))
    raw = pixels(studio.ask(decontaminate="0"))
    sharp = pixels(plain)

    assert box(shrunk)[2] + 10 < box(plain)[2] < box(grown)[2] - 10
    half = [int(((made[..., 3] > 10) & (made[..., 3] < 245)).sum()) for made in (sharp, soft)]
    assert half[0] * 1.5 < half[1]
    assert (sharp[..., 3] == raw[..., 3]).all()
    assert not (sharp == raw).all()


def test_crop_cuts_down_to_the_subject_its_margins_or_a_ratio(studio: Studio) -> None:
    """Margins are of the subject's own size; where the source ends, the canvas goes on."""
    plain, padded = studio.make(crop="true"), studio.make(crop="true", crop_margin="10% 20px")
    square = studio.make(crop="1:1")

    assert near((DOWN, ACROSS), plain.shape[:2])
    assert near((plain.shape[0] * 12 // 10, plain.shape[1] + 40), padded.shape[:2], 1)
    assert square.shape[0] == square.shape[1]
    assert near((ACROSS,), square.shape[:1])


def test_scale_and_position_place_the_subject(studio: Studio) -> None:
    """Scaled, it stands in the middle unless it is sent elsewhere."""
    half, corner = studio.ask(scale="50%"), studio.ask(scale="50%", position="0% 100%")
    right = studio.ask(position="100% 50%")

    left, top, width, height = box(half)
    assert max(width / WIDTH, height / HEIGHT) == pytest.approx(0.5, abs=0.05)
    assert near((WIDTH - width, HEIGHT - height), (2 * left, 2 * top), 2)
    assert near((0, HEIGHT - box(corner)[3]), box(corner)[:2], 2)
    assert near((WIDTH - box(right)[2], TOP), box(right)[:2])


def test_sizes_cap_the_canvas_and_frames_fix_it(studio: Studio) -> None:
    """Caps keep the shape; contain shows all, cover leaves no rest, scale-down never enlarges."""
    large = encoded(gradient(3000, 1500))
    capped = [studio.make(large, size=size).shape[:2] for size in ("preview", "small", "medium", "large")]
    contained = studio.make(width="100", height="100")
    covered = studio.make(width="100", height="100", fit="cover")
    downed = studio.make(width="300", height="300", fit="scale-down")

    assert [(128, 256), (256, 512), (512, 1024), (1024, 2048)] == capped
    assert studio.make(large, size="hd").shape[:2] == (1414, 2828)
    assert studio.make(max_pixels="5000").shape[:2] == (50, 100)
    assert studio.make(width="50").shape[:2] == (25, 50)
    assert studio.make(height="50").shape[:2] == (50, 100)
    assert contained.shape == covered.shape == (100, 100, 4)
    assert (contained[..., 3] > 128).any(axis=1).sum() < 40 < (covered[..., 3] > 128).any(axis=1).sum()
    assert downed.shape == (300, 300, 4)
    assert near((ACROSS,), (int((downed[..., 3] > 128).any(axis=0).sum()),))


def test_channels_say_what_the_answer_holds(studio: Studio) -> None:
    """Colours over white, the matte alone, or both."""
    assert studio.make().shape == (HEIGHT, WIDTH, 4)
    assert studio.make(channels="rgb")[0, 0].tolist() == [255, 255, 255]
    matte = studio.make(channels="alpha")
    assert (matte.shape, matte[0, 0], matte[50, 100]) == ((HEIGHT, WIDTH), 0, 255)


def test_each_background_lies_under_the_subject(studio: Studio) -> None:
    """A colour, a gradient from above, the original blurred, another picture."""
    beach = {"bg_image_file": encoded(np.full((50, 50, 3), (0, 200, 0), np.uint8))}
    colour, half = studio.make(bg_color="#0000ff"), studio.make(bg_color="0000ff80")
    gradual = studio.make(bg_gradient="black white 0", channels="rgb")
    blurred = studio.make(bg_blur="100", channels="rgb")
    scene = studio.make(files=beach)

    assert colour[0, 0].tolist() == [0, 0, 255, 255]
    assert half[0, 0].tolist() == [0, 0, 255, 128]
    assert gradual[1, 5, 0] < 20
    assert gradual[-2, 5, 0] > 235
    assert 0 < blurred[0, 0, 0] < 128
    assert scene[0, 0].tolist() == [0, 200, 0, 255]
    whole = studio.make()
    assert (colour[50, 100] == whole[50, 100]).all()
    assert (scene[50, 100] == whole[50, 100]).all()


def test_a_shadow_lies_below_the_subject_and_is_as_dark_as_is_asked(studio: Studio) -> None:
    """On the background; the canvas stays."""
    bare = studio.make(bg_color="white", channels="rgb")
    light = studio.make(bg_color="white", channels="rgb", shadow="drop", shadow_opacity="20")
    dark = studio.make(bg_color="white", channels="rgb", shadow="drop")

    below = (slice(TOP + DOWN, HEIGHT), slice(80, 120))
    assert bare[below].mean() > light[below].mean() > dark[below].mean()
    assert bare.shape == dark.shape


def test_formats_and_their_effort(studio: Studio) -> None:
    """By the bytes; auto is as transparent as it must be."""
    names = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "avif": "AVIF"}
    made = {name: studio.ask(format=name).content for name in names}
    fine, coarse = (len(studio.ask(format="jpg", lossy_quality=quality).content) for quality in ("95", "20"))
    fast, small = (studio.ask(compression=effort).content for effort in ("fast", "small"))

    assert names == {name: Image.open(BytesIO(body)).format for name, body in made.items()}
    assert studio.ask(format="auto").headers["content-type"] == "image/png"
    assert studio.ask(format="auto", bg_color="red").headers["content-type"] == "image/jpeg"
    assert coarse < fine
    assert len(small) < len(fast)


def test_colours_become_srgb_or_stay_in_the_sources_own_space(studio: Studio) -> None:
    """The same cut, in the source's numbers and under its profile where they are kept."""
    wide = encoded(gradient(WIDTH, HEIGHT), icc_profile=profiles.adobe_rgb())
    kept, plain = (studio.ask(wide, color=color) for color in ("keep", "srgb"))
    solid = pixels(kept)[..., 3] == 255

    assert profiles.adobe_rgb() == Image.open(BytesIO(kept.content)).info["icc_profile"]
    assert "srgb" in Image.open(BytesIO(plain.content)).info
    assert np.array_equal(pixels(plain)[..., 3], pixels(kept)[..., 3])
    assert np.array_equal(gradient(WIDTH, HEIGHT)[solid], pixels(kept)[solid][:, :3])
    assert np.abs(pixels(plain)[solid].astype(int) - pixels(kept)[solid]).max() > 20


@pytest.mark.parametrize("source_format", FORMATS)
def test_every_format_of_a_source_is_cut_out(studio: Studio, source_format: str) -> None:
    """Told by its bytes alone; the subject lies in the same place."""
    cut = studio.make(encoded(gradient(WIDTH, HEIGHT), source_format))

    assert (HEIGHT, WIDTH) == cut.shape[:2]
    assert 255 == cut[HEIGHT // 2, WIDTH // 2, 3]
    assert 0 == cut[0, 0, 3]


def test_high_quality_looks_more_than_once(tmp_path: Path) -> None:
    """Medium looks once."""
    model = SlowModel(0)
    service = build(Settings(home=tmp_path, matte_cache=False), model=model)
    runs = []
    with TestClient(service.app) as client:
        for quality in ("medium", "high"):
            Studio(client, new_key(service)).ask(quality=quality)
            runs.append(model.runs)

    assert 1 == runs[0] < runs[1] - 1


def test_a_zip_holds_the_frame_and_the_matte(studio: Studio) -> None:
    """The colours as they were, the alpha as 8-bit grey."""
    with zipfile.ZipFile(BytesIO(studio.ask(format="zip").content)) as archive:
        names = archive.namelist()
        colour, alpha = (Image.open(BytesIO(archive.read(name))) for name in ("color.jpg", "alpha.png"))

    assert ["alpha.png", "color.jpg"] == sorted(names)
    assert ("JPEG", "RGB", (WIDTH, HEIGHT)) == (colour.format, colour.mode, colour.size)
    assert ("PNG", "L", (WIDTH, HEIGHT)) == (alpha.format, alpha.mode, alpha.size)
    assert np.abs(np.asarray(colour).astype(int) - gradient(WIDTH, HEIGHT)).mean() < 5


def test_variants_are_one_charge_and_one_zip(studio: Studio) -> None:
    """Each as a request of its own would make it."""
    listed = json.dumps([{"name": "a", "size": "preview", "crop": True}, {"name": "b", "format": "jpg"}])
    answer = studio.ask(variants=listed)

    assert ("application/zip", "1") == (answer.headers["content-type"], answer.headers["x-credits-charged"])
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        assert ["a.png", "b.jpg"] == archive.namelist()
        assert archive.read("b.jpg") == studio.ask(format="jpg").content
        assert archive.read("a.png") == studio.ask(crop="true", size="preview").content


def test_a_dry_run_tells_the_price_and_charges_nothing(studio: Studio) -> None:
    """Nothing is looked at but the picture's head."""
    assert {"credits": 1, "width": 200, "height": 100, "cached": False} == studio.ask(dry_run="true").json()
    assert studio.ask().headers["x-credits-remaining"] == "99"


def test_json_holds_the_picture_or_its_address(studio: Studio, client: TestClient) -> None:
    """With everything that headers tell."""
    held, linked = studio.ask(response="json").json(), studio.ask(response="url").json()

    assert (WIDTH, HEIGHT, "image/png") == (held["width"], held["height"], held["media_type"])
    fetched = client.get(linked["result_url"])
    assert (200, linked["bytes"]) == (fetched.status_code, len(fetched.content))


def test_a_kind_of_subject_that_no_model_tells_is_refused(client: TestClient, key: str) -> None:
    """Rather than ignored."""
    response = client.post(
        "/v1/remove", headers={"x-api-key": key}, files={"file": PHOTO}, data={"type": "person"}
    )

    assert (400, "type") == (response.status_code, response.json()["details"]["field"])
