"""The whole story, from the bytes of a source to the bytes of an answer."""

import io
import math
import threading
import time
from dataclasses import astuple

import numpy as np
import pytest
from PIL import Image

from handler.domain.errors import DeadlineExceededError, NoSubjectError
from handler.domain.image import Bytes, Canvas, Cutout, Floats, Matte, Picture, size_of
from handler.domain.limits import Deadline, Limits
from handler.domain.request import Channels, Crop, Cut, Format, Variant
from handler.domain.result import Rendering
from handler.pipeline.decode import decode
from handler.pipeline.encode import EncodedFile, encode
from handler.pipeline.refine import refine
from handler.pipeline.run import run
from tests.fakes import FakeModel

# Far off: it starts when the tests are collected, long before they run.
NEVER = Deadline(math.inf)


def source(width: int, height: int, file_format: str = "JPEG") -> bytes:
    """A picture that gets brighter to the right and greener to the bottom."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[..., 0] = np.linspace(0, 255, width)
    rgb[..., 1] = np.linspace(0, 255, height)[:, None]
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, file_format)
    return file.getvalue()


def cut(data: bytes, variant: Variant, threads: int = 2) -> Rendering:
    """One run with nothing special about it."""
    return run(data, variant, FakeModel(), Limits(), NEVER, threads)


def test_a_picture_comes_out_at_its_own_size_with_its_background_gone() -> None:
    """The disc of the model is what is left."""
    rendering = cut(source(400, 300), Variant())
    picture = Image.open(io.BytesIO(rendering.body))
    assert ("PNG", "RGBA", (400, 300)) == (picture.format, picture.mode, picture.size)
    assert (0, 0, 0, 0) == picture.getpixel((5, 5))
    assert 255 == picture.getchannel("A").getpixel((200, 150))
    assert (400, 300) == (rendering.width, rendering.height)
    assert ("jpeg", 1) == (rendering.source_format, rendering.source_frames)
    assert FakeModel().label == rendering.model


def test_every_stage_is_timed_in_the_order_of_the_story() -> None:
    """Under the names that clients see."""
    stages = [timing.stage for timing in cut(source(400, 300), Variant()).timings]
    assert ["decode", "matte", "refine", "compose", "encode"] == stages


@pytest.mark.parametrize("channels", list(Channels))
@pytest.mark.parametrize("file_format", [Format.PNG, Format.JPG, Format.WEBP])
def test_every_format_holds_every_choice_of_channels(file_format: Format, channels: Channels) -> None:
    """And opens as what it says it is."""
    rendering = cut(source(90, 60), Variant(format=file_format, channels=channels))
    picture = Image.open(io.BytesIO(rendering.body))
    assert file_format.media_type == Image.MIME[str(picture.format)]
    assert (90, 60) == picture.size


def test_the_same_request_gives_the_same_bytes() -> None:
    """Nothing in between depends on time or chance."""
    data, variant = source(700, 500), Variant(crop=Crop(), max_side=300)
    assert cut(data, variant).body == cut(data, variant).body


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes at which the source was decoded, as each was done."""
    decoded: list[tuple[int, int]] = []

    def witness(data: bytes, limits: Limits, at_least: int | None, *, keep_colours: bool) -> Picture:
        picture = decode(data, limits, at_least, keep_colours=keep_colours)
        decoded.append((picture.rgb.shape[1], picture.rgb.shape[0]))
        return picture

    monkeypatch.setattr("handler.pipeline.original.decode", witness)
    return decoded


def test_a_preview_of_a_large_jpeg_is_never_decoded_in_full(sides: list[tuple[int, int]]) -> None:
    """What the model looks at is enough for it."""
    rendering = cut(source(1600, 1200), Variant(max_side=100))
    assert (100, 75) == (rendering.width, rendering.height)
    assert [(200, 150)] == sides


def test_a_full_picture_is_decoded_in_full_beside_the_glance(sides: list[tuple[int, int]]) -> None:
    """The glance is cheap and the same for every variant."""
    cut(source(1600, 1200), Variant())
    assert [(200, 150), (1600, 1200)] == sorted(sides)


def test_a_full_picture_is_decoded_while_the_model_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model of this test gives no answer before the full picture is there."""
    in_full = threading.Event()

    def witness(data: bytes, limits: Limits, at_least: int | None, *, keep_colours: bool) -> Picture:
        picture = decode(data, limits, at_least, keep_colours=keep_colours)
        if size_of(picture.rgb) == (1600, 1200):
            in_full.set()
        return picture

    class PatientModel(FakeModel):
        def predict(self, rgb: Bytes) -> Floats:
            assert in_full.wait(timeout=30)
            return super().predict(rgb)

    monkeypatch.setattr("handler.pipeline.original.decode", witness)
    rendering = run(source(1600, 1200), Variant(), PatientModel(), Limits(), NEVER, 2)
    assert (1600, 1200) == (rendering.width, rendering.height)


def test_a_source_that_cannot_be_reduced_is_decoded_once(sides: list[tuple[int, int]]) -> None:
    """PNG has no cheap glance."""
    cut(source(1600, 1200, "PNG"), Variant())
    assert [(1600, 1200)] == sides


def test_a_cap_on_pixels_spares_decoding_too(sides: list[tuple[int, int]]) -> None:
    """It is known before which size it comes to."""
    rendering = cut(source(1600, 1200), Variant(max_pixels=300 * 400))
    assert (400, 300) == (rendering.width, rendering.height)
    assert [(200, 150), (400, 300)] == sorted(sides)


@pytest.fixture
def refined(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes at which pictures were refined, in order."""
    sizes: list[tuple[int, int]] = []

    def witness(picture: Picture, matte: Matte, how: Cut, threads: int) -> Cutout:
        sizes.append((picture.rgb.shape[1], picture.rgb.shape[0]))
        return refine(picture, matte, how, threads)

    monkeypatch.setattr("handler.pipeline.run.refine", witness)
    return sizes


@pytest.mark.parametrize(
    ("variant", "sizes"),
    [
        (Variant(), [(1600, 1200)]),
        (Variant(max_side=300), [(320, 240)]),
        (Variant(max_side=20), [(95, 71)]),
        (Variant(max_side=300, crop=Crop()), [(320, 240), (534, 400)]),
        (Variant(crop=Crop()), [(1600, 1200)]),
    ],
)
def test_no_more_pixels_are_refined_than_the_variant_takes(
    refined: list[tuple[int, int]], variant: Variant, sizes: list[tuple[int, int]]
) -> None:
    """Though a PNG comes in full, and never fewer than the model looks at."""
    cut(source(1600, 1200, "PNG"), variant)
    assert sizes == refined


@pytest.mark.parametrize("crop", [None, Crop()])
def test_a_picture_shrunk_early_looks_like_one_shrunk_late(
    monkeypatch: pytest.MonkeyPatch, crop: Crop | None
) -> None:
    """Same size, nearly the same box, and no pixel far off on average."""
    data, variant = source(1600, 1200, "PNG"), Variant(max_side=200, crop=crop)
    early = cut(data, variant)
    monkeypatch.setattr("handler.pipeline.run.shrink", lambda picture, at_least: picture)
    late = cut(data, variant)

    assert late.width == early.width
    assert late.height == pytest.approx(early.height, abs=1)
    assert np.abs(np.subtract(astuple(late.subject), astuple(early.subject))).max() <= 1
    pixels = [Image.open(io.BytesIO(made.body)).resize((200, 150)) for made in (early, late)]
    first, second = (np.asarray(picture, np.int16) for picture in pixels)
    assert np.abs(first - second).mean() < 1.5


def test_a_crop_gets_the_pixels_that_it_asks_for(sides: list[tuple[int, int]]) -> None:
    """The subject alone would be too small in the glance, so the source is decoded larger."""
    rendering = cut(source(1600, 1200), Variant(crop=Crop(), max_side=300))
    assert 300 == max(rendering.width, rendering.height)
    assert [(200, 150), (400, 300), (800, 600)] == sorted(sides)


def test_a_crop_is_not_enlarged_beyond_the_source() -> None:
    """The subject has what the full picture has of it."""
    rendering = cut(source(400, 400), Variant(crop=Crop(), max_side=300))
    assert 240 == pytest.approx(rendering.width, abs=16)


def test_the_number_of_threads_does_not_change_a_byte() -> None:
    """Whoever sets it gets the same answers, sooner or later."""
    data, variant = source(1600, 1200), Variant()
    assert cut(data, variant, threads=1).body == cut(data, variant, threads=4).body


def test_every_stage_that_can_use_threads_is_given_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of them falls back on a number of its own."""
    given: list[int] = []

    def refining(picture: Picture, matte: Matte, how: Cut, threads: int) -> Cutout:
        given.append(threads)
        return refine(picture, matte, how, threads)

    def encoding(canvas: Canvas, variant: Variant, threads: int, profile: bytes | None) -> EncodedFile:
        given.append(threads)
        return encode(canvas, variant, threads, profile)

    monkeypatch.setattr("handler.pipeline.run.refine", refining)
    monkeypatch.setattr("handler.pipeline.run.encode", encoding)
    cut(source(90, 60), Variant(), threads=3)
    assert [3, 3] == given


def test_a_rendering_tells_how_sure_the_model_was() -> None:
    """The disc is sure of all but its rim."""
    rendering = cut(source(400, 300), Variant())
    assert 0.5 < rendering.confidence < 1
    assert 0 < rendering.ambiguous_ratio < 0.1


def test_nothing_starts_after_the_deadline() -> None:
    """A passed deadline ends the run before the next stage."""
    with pytest.raises(DeadlineExceededError):
        run(source(90, 60), Variant(), FakeModel(), Limits(), Deadline(time.monotonic() - 1), 1)


def test_a_picture_in_which_the_model_finds_nothing_is_refused() -> None:
    """No subject is an answer of its own."""
    with pytest.raises(NoSubjectError):
        run(source(90, 60), Variant(), FakeModel(radius=-1), Limits(), NEVER, 1)
