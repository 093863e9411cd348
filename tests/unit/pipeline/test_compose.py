"""The canvas that a variant asks for."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import handler.pipeline.compose as composing
from handler.domain.image import Box, Bytes, Canvas, Cutout, Picture, size_of
from handler.domain.request import Channels, Colour, Crop, Format, Variant
from handler.pipeline.compose.rows import STRIP_ROWS

RED = (200, 10, 20)


def cutout_of(alpha: Bytes, box: Box) -> Cutout:
    """A red subject with the given transparency, and no colour where it is not."""
    rgba = np.zeros((*alpha.shape, 4), np.uint8)
    rgba[alpha > 0, :3] = RED
    rgba[..., 3] = alpha
    return Cutout(rgba, box)


def compose(cutout: Cutout, variant: Variant) -> Canvas:
    """The canvas of a variant, over an original that is green everywhere."""
    green = np.full((*cutout.alpha.shape, 3), (0, 200, 0), np.uint8)
    original = Picture(green, None, *size_of(green), "png")
    layout = composing.lay_out(cutout.subject, size_of(green), variant)
    return composing.compose(composing.Materials(cutout, original), layout, variant)


@pytest.fixture
def square() -> Cutout:
    """An 8 x 4 square block with a half transparent column, on a 20 x 10 canvas."""
    alpha = np.zeros((10, 20), np.uint8)
    alpha[3:7, 5:13] = 255
    alpha[3:7, 5] = 128
    return cutout_of(alpha, Box(5, 3, 8, 4))


def test_the_plain_variant_is_the_cutout(square: Cutout) -> None:
    """Nothing asked for, nothing changed."""
    canvas = compose(square, Variant())
    np.testing.assert_array_equal(square.rgba, canvas.pixels)
    assert square.subject == canvas.subject


def test_crop_keeps_the_subject_alone(square: Cutout) -> None:
    """The canvas is as large as the subject's bounds."""
    canvas = compose(square, Variant(crop=Crop()))
    np.testing.assert_array_equal(square.rgba[3:7, 5:13], canvas.pixels)
    assert Box(0, 0, 8, 4) == canvas.subject


@pytest.mark.parametrize(("max_side", "size"), [(10, (5, 10)), (20, (10, 20)), (4000, (10, 20)), (1, (1, 1))])
def test_the_longest_side_is_bounded_and_never_enlarged(
    square: Cutout, max_side: int, size: tuple[int, int]
) -> None:
    """Both sides shrink together and neither vanishes."""
    assert size == compose(square, Variant(max_side=max_side)).pixels.shape[:2]


def test_the_bound_counts_after_cropping(square: Cutout) -> None:
    """A small subject in a large picture keeps its pixels."""
    assert (4, 8, 4) == compose(square, Variant(crop=Crop(), max_side=8)).pixels.shape


def test_the_subject_is_found_on_a_shrunk_canvas(square: Cutout) -> None:
    """Its box is the smallest whole one around the shrunk subject."""
    assert Box(2, 1, 5, 3) == compose(square, Variant(max_side=10)).subject


@example(width=1000, height=777, box=(0, 0, 1000, 777), max_side=512, max_pixels=None)
@given(
    width=st.integers(1, 120),
    height=st.integers(1, 120),
    box=st.tuples(*[st.integers(0, 10_000)] * 4),
    max_side=st.none() | st.integers(1, 130),
    max_pixels=st.none() | st.integers(1, 15_000),
)
def test_the_subjects_box_is_never_empty_and_lies_on_the_canvas(
    width: int, height: int, box: tuple[int, int, int, int], max_side: int | None, max_pixels: int | None
) -> None:
    """Whatever the caps, clients may cut along it."""
    left, top = box[0] % width, box[1] % height
    subject = Box(left, top, 1 + box[2] % (width - left), 1 + box[3] % (height - top))
    cutout = Cutout(np.full((height, width, 4), 255, np.uint8), subject)

    canvas = compose(cutout, Variant(max_side=max_side, max_pixels=max_pixels))

    found, (down, across) = canvas.subject, canvas.pixels.shape[:2]
    assert 0 <= found.left < found.left + found.width <= across
    assert 0 <= found.top < found.top + found.height <= down


@pytest.mark.parametrize(
    ("max_pixels", "size"), [(200, (10, 20)), (199, (9, 19)), (50, (5, 10)), (1, (1, 1))]
)
def test_the_pixels_are_bounded_and_never_more(
    square: Cutout, max_pixels: int, size: tuple[int, int]
) -> None:
    """Both sides shrink together and neither vanishes."""
    assert size == compose(square, Variant(max_pixels=max_pixels)).pixels.shape[:2]


def test_a_strip_keeps_within_its_pixels() -> None:
    """The short side cannot shrink below one pixel, so the long one gives way."""
    assert (5, 1) == Variant(max_pixels=5).size_for(10_000, 1)


def test_both_caps_hold_at_once(square: Cutout) -> None:
    """The narrower one decides."""
    assert (4, 8) == compose(square, Variant(max_side=8, max_pixels=150)).pixels.shape[:2]
    assert (5, 10) == compose(square, Variant(max_side=15, max_pixels=50)).pixels.shape[:2]


def test_shrinking_mixes_no_hidden_colour_into_the_edge() -> None:
    """A red subject beside nothing stays as red at half size."""
    alpha = np.zeros((40, 40), np.uint8)
    alpha[:, 15:] = 255
    pixels = compose(cutout_of(alpha, Box(15, 0, 25, 40)), Variant(max_side=20)).pixels
    edge = pixels[pixels[..., 3] > 8]
    assert np.abs(edge[:, :3].astype(int) - RED).max() <= 8


def test_rgb_without_a_background_is_white(square: Cutout) -> None:
    """Half of red over white lies halfway."""
    pixels = compose(square, Variant(channels=Channels.RGB)).pixels
    assert (10, 20, 3) == pixels.shape
    assert [255, 255, 255] == pixels[0, 0].tolist()
    assert list(RED) == pixels[4, 8].tolist()
    assert [227, 132, 137] == pixels[4, 5].tolist()


def test_jpg_is_opaque_whatever_the_channels(square: Cutout) -> None:
    """The format has no alpha, so the background is laid under."""
    pixels = compose(square, Variant(format=Format.JPG, background=Colour(0, 0, 255))).pixels
    assert (10, 20, 3) == pixels.shape
    assert [0, 0, 255] == pixels[0, 0].tolist()


def test_a_background_lies_under_a_picture_with_alpha(square: Cutout) -> None:
    """An opaque colour fills the canvas and leaves no transparency."""
    pixels = compose(square, Variant(background=Colour(0, 0, 255))).pixels
    assert [0, 0, 255, 255] == pixels[0, 0].tolist()
    assert [100, 5, 137, 255] == pixels[4, 5].tolist()


def test_a_translucent_background_stays_translucent(square: Cutout) -> None:
    """Straight alpha over straight alpha: the colours weigh by what each covers."""
    pixels = compose(square, Variant(background=Colour(0, 0, 255, 128))).pixels
    assert [0, 0, 255, 128] == pixels[0, 0].tolist()
    assert [*RED, 255] == pixels[4, 8].tolist()
    mixed = pixels[4, 5].tolist()
    assert 192 == pytest.approx(mixed[3], abs=1)
    assert 200 * 128 / 192 == pytest.approx(mixed[0], abs=2)


def test_a_translucent_background_shows_white_where_alpha_is_not_kept(square: Cutout) -> None:
    """Half blue over white is light blue."""
    background = Colour(0, 0, 255, 128)
    pixels = compose(square, Variant(channels=Channels.RGB, background=background)).pixels
    assert [127, 127, 255] == pixels[0, 0].tolist()


def test_alpha_is_one_grey_channel(square: Cutout) -> None:
    """The matte alone, shrunk and cropped as the picture would be."""
    pixels = compose(square, Variant(channels=Channels.ALPHA, crop=Crop())).pixels
    np.testing.assert_array_equal(square.alpha[3:7, 5:13], pixels)


@pytest.mark.parametrize("variant", [Variant(format=Format.JPG), Variant(background=Colour(255, 255, 255))])
def test_a_tall_picture_is_painted_to_its_last_row(variant: Variant) -> None:
    """However its rows are parted for the work."""
    alpha = np.zeros((3 * STRIP_ROWS + 1, 4), np.uint8)
    alpha[:, 2:] = 255
    pixels = compose(cutout_of(alpha, Box(2, 0, 2, len(alpha))), variant).pixels
    assert (pixels[:, :2, :3] == 255).all()
    assert (pixels[:, 2:, :3] == RED).all()
