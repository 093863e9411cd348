"""What a run makes of the shapes, backgrounds and formats of its variants."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from handler.domain.errors import ImageTooLargeError, UnsupportedFormatError
from handler.domain.image import Box, Picture
from handler.domain.limits import Deadline, Limits
from handler.domain.request import (
    Channels,
    Colour,
    Crop,
    Fit,
    Format,
    Frame,
    ImageUrl,
    Length,
    Margins,
    Scene,
    Shadow,
    Variant,
)
from handler.domain.result import Rendering
from handler.pipeline.compose import lay_out
from handler.pipeline.decode import decode
from handler.pipeline.run import run
from handler.pipeline.scene import decode_scene
from tests.fakes import FakeModel
from tests.images import encoded, gradient

NEVER = Deadline(float("inf"))
BLUE = np.full((30, 40, 3), (0, 0, 255), np.uint8)


def cut(variant: Variant, width: int = 400, height: int = 300, limits: Limits | None = None) -> Rendering:
    """One run over a picture with a disc in its middle, 240 x 180 of 400 x 300."""
    source = encoded(gradient(width, height), "jpeg", quality=95)
    return run(source, variant, FakeModel(), limits or Limits(), NEVER, 2)


def opened(rendering: Rendering) -> Image.Image:
    """The picture of a rendering."""
    return Image.open(io.BytesIO(rendering.body))


@pytest.mark.parametrize("channels", list(Channels))
@pytest.mark.parametrize("file_format", [Format.AVIF, Format.AUTO])
def test_newer_formats_hold_every_choice_of_channels(file_format: Format, channels: Channels) -> None:
    """And a rendering never claims to be auto."""
    rendering = cut(Variant(format=file_format, channels=channels))
    assert rendering.format.media_type == Image.MIME[str(opened(rendering).format)]
    assert (400, 300) == opened(rendering).size


@pytest.mark.parametrize(("background", "file_format"), [(None, Format.PNG), (Colour(0, 0, 0), Format.JPG)])
def test_auto_is_settled_by_what_was_painted(background: Colour | None, file_format: Format) -> None:
    """A background leaves nothing transparent."""
    assert file_format is cut(Variant(format=Format.AUTO, background=background)).format


@pytest.mark.parametrize("channels", [Channels.RGBA, Channels.ALPHA])
def test_a_zip_holds_the_whole_frame_and_the_matte(channels: Channels) -> None:
    """The colour is the source's where nothing of the subject is."""
    rendering = cut(Variant(format=Format.ZIP, channels=channels))
    with zipfile.ZipFile(io.BytesIO(rendering.body)) as archive:
        colour, alpha = (
            np.asarray(Image.open(io.BytesIO(archive.read(name)))) for name in ("color.jpg", "alpha.png")
        )
    assert np.abs(colour.astype(int) - gradient(400, 300)).mean() < 3
    assert (0, 255) == (alpha[0, 0], alpha[150, 200])
    assert Format.ZIP is rendering.format


def test_the_full_size_is_told_beside_the_capped_one() -> None:
    """After cropping, in the source's own pixels, whatever was decoded."""
    capped, full = (cut(Variant(crop=Crop(), max_side=side), 1600, 1200) for side in (100, None))
    assert 100 == max(capped.width, capped.height)
    assert (full.width, full.height) == (full.full_width, full.full_height)
    assert [full.width, full.height] == pytest.approx([capped.full_width, capped.full_height], abs=40)


def test_margins_are_pixels_of_the_source_though_less_of_it_is_decoded() -> None:
    """A preview is the small copy of what would have been large."""
    room = Length(200)
    rendering = cut(Variant(crop=Crop(Margins(room, room, room, room)), max_side=140), 1600, 1200)
    share = rendering.subject.width / rendering.width
    assert 960 / 1360 == pytest.approx(share, abs=0.03)


def test_a_frame_gets_the_pixels_that_it_shows(sides: list[tuple[int, int]]) -> None:
    """No fewer, and no more than the next reduced decoding has."""
    rendering = cut(Variant(frame=Frame(300, 600, Fit.COVER)), 1600, 1200)
    assert (300, 600) == (rendering.width, rendering.height)
    assert [(200, 150), (800, 600)] == sorted(sides)


def test_a_scaled_subject_gets_the_pixels_that_it_asks_for(sides: list[tuple[int, int]]) -> None:
    """A subject that fills the canvas shows more of itself than its picture would."""
    cut(Variant(scale=1.0, max_side=190), 1600, 1200)
    assert [(200, 150), (400, 300)] == sorted(sides)


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes at which the source was decoded."""
    decoded: list[tuple[int, int]] = []

    def witness(data: bytes, limits: Limits, at_least: int | None, *, keep_colours: bool) -> Picture:
        picture = decode(data, limits, at_least, keep_colours=keep_colours)
        decoded.append((picture.rgb.shape[1], picture.rgb.shape[0]))
        return picture

    monkeypatch.setattr("handler.pipeline.original.decode", witness)
    return decoded


def test_a_background_picture_is_decoded_and_laid_behind() -> None:
    """It fills the canvas."""
    rendering = cut(Variant(background=Scene(encoded(BLUE))))
    assert (0, 0, 255, 255) == opened(rendering).getpixel((0, 0))


def test_a_background_picture_is_held_to_the_limits_of_a_source() -> None:
    """And has to be one."""
    big = Limits(max_bytes=len(encoded(gradient(400, 300), "jpeg", quality=95)))
    noisy = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    with pytest.raises(ImageTooLargeError):
        cut(Variant(background=Scene(encoded(noisy))), limits=big)
    with pytest.raises(UnsupportedFormatError):
        cut(Variant(background=Scene(b"no picture at all")))


def test_a_background_picture_is_decoded_no_larger_than_it_has_to_be() -> None:
    """A photo behind a preview costs little."""
    layout = lay_out(Box(0, 0, 100, 100), (100, 100), Variant())
    scene = decode_scene(Scene(encoded(gradient(1600, 1200), "jpeg")), layout, Limits())
    assert scene is not None
    assert ((150, 200, 3), 1600, 1200) == (scene.rgb.shape, scene.full_width, scene.full_height)


def test_a_background_still_to_be_fetched_is_a_mistake() -> None:
    """Whoever runs the pipeline has fetched it."""
    with pytest.raises(TypeError, match="ImageUrl"):
        cut(Variant(background=Scene(ImageUrl("https://example.com/sky.jpg"))))


@pytest.mark.parametrize("file_format", [Format.JPG, Format.WEBP, Format.AVIF])
def test_the_quality_asked_for_reaches_the_encoder(file_format: Format) -> None:
    """It is seen in the size."""
    coarse, fine = (cut(Variant(format=file_format, lossy_quality=quality)) for quality in (10, 95))
    assert coarse.size_bytes < fine.size_bytes


def test_a_variants_name_is_its_renderings() -> None:
    """So that a caller finds it again."""
    assert "square" == cut(Variant(name="square")).name


def test_a_shadow_reaches_the_file() -> None:
    """Below the disc, where nothing else is."""
    with_shadow, without = (
        opened(cut(Variant(shadow=shadow))).getchannel("A").getpixel((200, 250))
        for shadow in (Shadow(100), None)
    )
    assert isinstance(with_shadow, int)
    assert with_shadow > 20
    assert 0 == without
