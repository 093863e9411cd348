"""What lies behind a subject and below it, beside plain references."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from handler.domain.image import Box, Bytes, Canvas, Cutout, Picture, size_of
from handler.domain.request import (
    Blend,
    Channels,
    Colour,
    Crop,
    Fit,
    Format,
    Frame,
    Gradient,
    Length,
    Margins,
    Position,
    Scene,
    Shadow,
    Variant,
)
from handler.pipeline.compose import Materials, compose, lay_out
from tests.gaussian import by_the_book
from tests.images import gradient

SIZE = WIDTH, HEIGHT = 160, 200
SUBJECT = Box(50, 60, 60, 80)
RED, BLUE = Colour(255, 0, 0), Colour(0, 0, 255)


def original(alpha: Bytes | None = None) -> Picture:
    """A picture of which no two parts are alike."""
    return Picture(gradient(*SIZE), alpha, *SIZE, "png")


def cutout(strength: int = 255) -> Cutout:
    """A white subject, as strong as asked."""
    rgba = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    rgba[60:140, 50:110] = (255, 255, 255, strength)
    return Cutout(rgba, SUBJECT)


def made(variant: Variant, subject: Cutout | None = None, scene: Picture | None = None) -> Canvas:
    """The canvas of a variant."""
    materials = Materials(subject or cutout(), original(), scene)
    return compose(materials, lay_out(SUBJECT, SIZE, variant), variant)


def plain(width: int, height: int, colour: Colour) -> Picture:
    """A picture of one colour, the left half of which is black."""
    rgb = np.full((height, width, 3), (colour.red, colour.green, colour.blue), np.uint8)
    rgb[:, : width // 2] = 0
    return Picture(rgb, None, width, height, "png")


def graded(wanted: Gradient) -> NDArray[np.float64]:
    """The gradient, pixel by pixel, from the ends of its line in percent."""
    angle = math.radians(wanted.angle)
    start = np.array([50 - 50 * math.sin(angle), 50 - 50 * math.cos(angle)])
    end = np.array([50 + 50 * math.sin(angle), 50 + 50 * math.cos(angle)])
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    at = np.dstack([across * 100 / WIDTH, down * 100 / HEIGHT])
    share = ((at - start) @ (end - start)) / ((end - start) @ (end - start))
    first = np.array([wanted.first.red, wanted.first.green, wanted.first.blue])
    second = np.array([wanted.second.red, wanted.second.green, wanted.second.blue])
    mixed: NDArray[np.float64] = first + (second - first) * np.clip(share, 0, 1)[..., None]
    return mixed


@pytest.mark.parametrize("angle", [0, 45, 90, 180, 200.5, 270, -45, 720])
def test_a_gradient_runs_along_its_line(angle: float) -> None:
    """Every pixel within one step of the reference, and no step missing at the ends."""
    wanted = Gradient(RED, Colour(10, 240, 30), angle)
    pixels = made(Variant(background=wanted)).pixels
    outside = pixels[..., :3][:, :50]
    assert np.abs(outside - graded(wanted)[:, :50]).max() <= 1
    assert (pixels[..., 3] == 255).all()


def test_a_gradient_of_no_angle_leads_from_top_to_bottom() -> None:
    """And by default from bottom to top."""
    down, up = (
        made(Variant(background=wanted)).pixels[:, 0, :3].tolist()
        for wanted in (Gradient(RED, BLUE, 0), Gradient(RED, BLUE))
    )
    assert [[254, 0, 1], [1, 0, 254]] == [down[0], down[-1]]
    assert down == up[::-1]


def test_a_gradient_may_be_translucent_and_shows_white_where_alpha_is_not_kept() -> None:
    """From clear to red."""
    wanted = Gradient(Colour(255, 0, 0, 0), RED, 0)
    clear = made(Variant(background=wanted)).pixels[:, 0]
    assert [1, 128, 254] == pytest.approx(clear[[0, 100, -1], 3].tolist(), abs=1)
    opaque = made(Variant(background=wanted, channels=Channels.RGB)).pixels[:, 0]
    assert [254, 127, 1] == pytest.approx(opaque[[0, 100, -1], 1].tolist(), abs=1)
    assert (opaque[:, 0] == 255).all()


def test_the_original_lies_sharp_behind_its_own_subject() -> None:
    """Where it was, pixel by pixel."""
    pixels = made(Variant(background=Scene())).pixels
    expected = gradient(*SIZE)
    expected[60:140, 50:110] = 255
    np.testing.assert_array_equal(expected, pixels[..., :3])


@pytest.mark.parametrize("blur", [0, 5, 50, 100])
def test_the_original_is_blurred_by_one_to_fifty_pixels(blur: float) -> None:
    """Sigma is 1 + blur / 100 x 49."""
    pixels = made(Variant(background=Scene(blur=blur))).pixels
    expected = by_the_book(gradient(*SIZE), 1 + blur / 100 * 49)
    assert np.abs(pixels[:, :50, :3] - expected[:, :50]).max() <= 3
    assert (pixels[60:140, 50:110] == 255).all()


def test_the_original_is_cropped_and_shrunk_as_its_subject_is() -> None:
    """It stays registered with it."""
    room = Length(20)
    variant = Variant(crop=Crop(Margins(room, room, room, room)), background=Scene(), max_side=60)
    pixels = made(variant).pixels
    assert (60, 50) == pixels.shape[:2]
    expected = gradient(*SIZE)[40:160, 30:130].reshape(60, 2, 50, 2, 3).mean(axis=(1, 3))
    assert np.abs(pixels[:9, :, :3] - expected[:9]).max() <= 2


@pytest.mark.parametrize(
    "variant",
    [Variant(scale=0.2), Variant(frame=Frame(300, 100)), Variant(position=Position(0, 0))],
)
def test_the_original_covers_the_canvas_where_it_has_moved(variant: Variant) -> None:
    """No hole is left beside it."""
    wanted = Variant(
        scale=variant.scale, frame=variant.frame, position=variant.position, background=Scene(blur=10)
    )
    assert (made(wanted).pixels[..., 3] == 255).all()


@pytest.mark.parametrize(("width", "height"), [(320, 200), (32, 20), (160, 200), (3000, 400)])
def test_another_picture_is_centred_and_covers_the_canvas(width: int, height: int) -> None:
    """Its middle is the canvas's, at whatever size it comes."""
    scene = plain(width, height, BLUE)
    pixels = made(Variant(background=Scene(picture=b"decoded before")), scene=scene).pixels
    outside = pixels[:50]
    edge = WIDTH // 2
    reach = max(2, math.ceil(200 / height) + 1)
    assert (outside[:, : edge - reach, :3] == 0).all()
    assert (outside[:, edge + reach :, :3] == (0, 0, 255)).all()
    assert (pixels[..., 3] == 255).all()


def test_another_picture_is_blurred_on_the_canvas() -> None:
    """Sigma counts there."""
    scene = plain(*SIZE, BLUE)
    pixels = made(Variant(background=Scene(picture=b"decoded before", blur=10)), scene=scene).pixels
    assert np.abs(pixels[:50, :, :3] - by_the_book(scene.rgb, 5.9)[:50]).max() <= 5


def test_a_translucent_picture_lets_white_through_where_alpha_is_not_kept() -> None:
    """And stays translucent where it is."""
    scene = Picture(
        np.full((200, 160, 3), (0, 0, 255), np.uint8), np.full((200, 160), 128, np.uint8), *SIZE, "png"
    )
    wanted = Scene(picture=b"decoded before")
    assert [0, 0, 255, 128] == made(Variant(background=wanted), scene=scene).pixels[0, 0].tolist()
    opaque = made(Variant(background=wanted, format=Format.JPG), scene=scene).pixels
    assert [127, 127, 255] == opaque[0, 0].tolist()


def fallen(alpha: Bytes, opacity: float) -> NDArray[np.float64]:
    """The shadow's alpha: moved down by 1.5 % of the height, blurred by 2 %, thinned."""
    height = len(alpha)
    offset, sigma = max(4, round(0.015 * height)), max(5, round(0.02 * height))
    moved = np.zeros_like(alpha)
    moved[offset:] = alpha[:-offset]
    return by_the_book(moved, sigma) * opacity / 100


@pytest.mark.parametrize("height", [200, 900])
@pytest.mark.parametrize("opacity", [30, 100])
def test_a_shadow_falls_a_little_below_the_subject(height: int, opacity: float) -> None:
    """As dark, as far and as soft as the reference, on a canvas that does not grow."""
    rgba = np.zeros((height, 200, 4), np.uint8)
    rgba[height // 4 : height // 2, 60:140] = 255
    box = Box(60, height // 4, 80, height // 2 - height // 4)
    picture = Picture(rgba[..., :3], None, 200, height, "png")
    variant = Variant(shadow=Shadow(opacity))
    layout = lay_out(box, (200, height), variant)

    canvas = compose(Materials(Cutout(rgba, box), picture), layout, variant)

    assert (200, height) == size_of(canvas.pixels)
    assert box == canvas.subject
    around = rgba[..., 3] == 0
    assert np.abs(canvas.pixels[..., 3] - fallen(rgba[..., 3], opacity))[around].max() <= 6
    assert (canvas.pixels[around][:, :3] == 0).all()
    assert (canvas.pixels[~around] == 255).all()


def test_a_shadow_lies_on_the_background() -> None:
    """Which shows through by what the shadow leaves."""
    pixels = made(Variant(background=RED, shadow=Shadow(100))).pixels
    shade = fallen(cutout().alpha, 100)
    expected = 255 * (1 - shade / 255)
    assert np.abs(pixels[:, :50, 0] - expected[:, :50]).max() <= 6
    assert (pixels[..., 3] == 255).all()


def test_a_shadow_of_no_opacity_is_none() -> None:
    """Nor is anything else changed."""
    np.testing.assert_array_equal(made(Variant()).pixels, made(Variant(shadow=Shadow(0))).pixels)


def test_a_shadow_without_a_background_falls_on_white_in_a_jpeg() -> None:
    """There is nothing else to fall on."""
    pixels = made(Variant(shadow=Shadow(100), format=Format.JPG)).pixels
    assert [255, 255, 255] == pixels[0, 0].tolist()
    assert pixels[143, 80].max() < 140


def test_soft_pixels_may_be_mixed_in_linear_light() -> None:
    """Half white over black is brighter so; what is not soft stays as it is."""
    black = Colour(0, 0, 0)
    plainly, linearly = (
        made(Variant(background=black, blend=blend), cutout(128)).pixels
        for blend in (Blend.SRGB, Blend.LINEAR)
    )
    assert [128, 128, 128, 255] == plainly[100, 80].tolist()
    light = 128 / 255
    assert round(255 * (1.055 * light ** (1 / 2.4) - 0.055)) == linearly[100, 80, 0]
    np.testing.assert_array_equal(plainly[:60], linearly[:60])


def test_linear_light_is_kept_out_of_what_is_clear() -> None:
    """A soft pixel over nothing keeps its colour, and alpha is what it always was."""
    ghost = Colour(0, 0, 0, 0)
    pixels = made(Variant(background=ghost, blend=Blend.LINEAR), cutout(128)).pixels
    assert [255, 255, 255, 128] == pixels[100, 80].tolist()


def test_a_zip_keeps_the_original_beside_the_matte() -> None:
    """Nothing of the colour is cut out or cleaned."""
    pixels = made(Variant(format=Format.ZIP)).pixels
    np.testing.assert_array_equal(gradient(*SIZE), pixels[..., :3])
    np.testing.assert_array_equal(cutout().alpha, pixels[..., 3])


def test_a_zips_original_moves_with_its_matte_and_its_border_goes_on() -> None:
    """Beyond it the matte is empty."""
    frame = Frame(200, 200, Fit.SCALE_DOWN)
    pixels = made(Variant(format=Format.ZIP, frame=frame)).pixels
    np.testing.assert_array_equal(gradient(*SIZE), pixels[:, 20:180, :3])
    np.testing.assert_array_equal(cutout().alpha, pixels[:, 20:180, 3])
    assert (pixels[:, :20, :3] == gradient(*SIZE)[:, :1]).all()
    assert (pixels[:, 180:, :3] == gradient(*SIZE)[:, -1:]).all()
    assert not pixels[:, :20, 3].any()


def test_a_zip_of_a_composed_picture_holds_what_was_composed() -> None:
    """A background that was asked for is in the colour, and the matte says that it is there."""
    pixels = made(Variant(format=Format.ZIP, background=RED)).pixels
    assert [255, 0, 0, 255] == pixels[0, 0].tolist()
    assert (pixels[..., 3] == 255).all()


def test_margins_beyond_the_picture_show_the_background() -> None:
    """Or nothing."""
    crop = Crop(Margins(left=Length(100)))
    assert [255, 0, 0, 255] == made(Variant(crop=crop, background=RED)).pixels[0, 0].tolist()
    assert [0, 0, 0, 0] == made(Variant(crop=crop)).pixels[0, 0].tolist()


def test_a_scaled_subject_is_where_the_layout_says() -> None:
    """Its pixels fill its box to within one of them."""
    canvas = made(Variant(scale=0.5, position=Position(1, 0)))
    alpha, box = canvas.pixels[..., 3], canvas.subject
    for axis, start, length in ((0, box.left, box.width), (1, box.top, box.height)):
        found = np.flatnonzero(alpha.any(axis=axis))
        assert [start, start + length - 1] == pytest.approx([found[0], found[-1]], abs=1)
    assert (WIDTH, 0) == (box.left + box.width, box.top)


def test_a_background_of_another_picture_needs_that_picture() -> None:
    """Whoever composes decodes it first."""
    with pytest.raises(ValueError, match="needs that picture"):
        made(Variant(background=Scene(picture=b"not decoded")))
