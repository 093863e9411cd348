"""The matte at the picture's size: where the edge lies and what colour it has."""

import numpy as np
import pytest
from PIL import Image

from handler.domain.errors import NoSubjectError
from handler.domain.image import Box, Bytes, Floats, Matte, Picture
from handler.pipeline.refine import refine

SUBJECT = (200, 60, 40)
GROUND = (60, 120, 200)


def disc(side: int, radius: float, softness: float = 1.0) -> Floats:
    """Alpha of a disc in the middle, its rim that many pixels wide."""
    across = np.arange(side, dtype=np.float32) + np.float32(0.5) - side / 2
    distance = np.hypot(across[:, None], across[None])
    alpha: Floats = np.clip((radius - distance) / softness + 0.5, 0, 1).astype(np.float32)
    return alpha


def photo(alpha: Floats, subject: tuple[int, int, int] = SUBJECT) -> Picture:
    """The subject over plain ground, mixed as a camera would."""
    share = alpha[..., None]
    rgb = np.rint(share * np.array(subject) + (1 - share) * np.array(GROUND)).astype(np.uint8)
    return Picture(rgb, None, rgb.shape[1], rgb.shape[0], "png")


def seen(alpha: Floats, side: int) -> Matte:
    """The same subject as a model of that size would answer."""
    squeezed = np.asarray(Image.fromarray(alpha).resize((side, side), Image.Resampling.BILINEAR))
    return spread(squeezed, alpha.shape[1], alpha.shape[0])


def matte_of(alpha: Floats) -> Matte:
    """The same subject as a model of the picture's size would answer."""
    return spread(alpha, alpha.shape[1], alpha.shape[0])


def spread(alpha: Floats, width: int, height: int) -> Matte:
    """A matte over a whole picture of that size."""
    kept = np.rint(alpha * 255).astype(np.uint8)
    return Matte(kept, Box(0, 0, width, height), "fake@0", confidence=1, ambiguous_ratio=0)


def width_of_rim(line: Bytes) -> int:
    """How many pixels of a line are neither subject nor ground."""
    return int(((line > 12) & (line < 243)).sum())


def test_a_hard_edge_is_hard_within_a_pixel_at_four_times_the_models_size() -> None:
    """The matte is blurred over eight pixels, the picture is not, and the picture wins."""
    true = disc(4096, 1200.3)
    alpha = refine(photo(true), seen(true, 1024)).alpha
    assert width_of_rim(alpha[2048, :2048]) <= 2
    assert np.abs(alpha.astype(int) - np.rint(true * 255)).max() <= 64


def test_a_matte_that_lies_beside_the_edge_is_drawn_to_it() -> None:
    """Four pixels off, because the model saw no finer, become less than two on each side."""
    true = disc(4096, 1200)
    alpha = refine(photo(true), seen(disc(4096, 1204), 1024)).alpha
    assert np.abs(alpha[2048].astype(int) - np.rint(true[2048] * 255)).sum() < 2 * 2 * 255


def test_colour_at_a_soft_edge_is_the_subjects_own() -> None:
    """The old background is taken out of the mixed pixels."""
    true = disc(512, 150, softness=12)
    cutout = refine(photo(true), matte_of(true))
    rim = (cutout.alpha > 60) & (cutout.alpha < 255)
    assert rim.sum() > 1000
    assert np.abs(cutout.rgb[rim].astype(int) - SUBJECT).mean() < 12


def test_colour_is_straight_and_never_darkened_by_alpha() -> None:
    """A white subject's soft edge is white: multiplied by alpha it would be grey."""
    true = disc(512, 150, softness=12)
    cutout = refine(photo(true, (255, 255, 255)), matte_of(true))
    half = (cutout.alpha > 100) & (cutout.alpha < 156)
    assert half.sum() > 100
    assert cutout.rgb[half].min() > 200


def test_hidden_pixels_have_no_colour() -> None:
    """Whatever lies behind, nothing of it is in the file."""
    cutout = refine(photo(disc(300, 90)), matte_of(disc(300, 90)))
    assert (cutout.alpha == 0).any()
    assert not cutout.rgb[cutout.alpha == 0].any()


def test_opaque_pixels_keep_the_pictures_colour_to_the_bit() -> None:
    """Inside the subject nothing is worked out anew."""
    picture = photo(disc(300, 90))
    cutout = refine(picture, matte_of(disc(300, 90)))
    opaque = cutout.alpha == 255
    np.testing.assert_array_equal(picture.rgb[opaque], cutout.rgb[opaque])


def test_a_hole_is_kept() -> None:
    """The ground seen through a ring is not the subject's."""
    ring = disc(1024, 400) - disc(1024, 40)
    alpha = refine(photo(ring), matte_of(ring)).alpha
    assert int(alpha[512, 512]) == 0
    assert int(alpha[512, 600]) == 255


def test_a_thin_part_is_kept() -> None:
    """A wire of four pixels in a picture of four times the model's size."""
    true = disc(2048, 300)
    true[1020:1024, 1024:1900] = 1
    alpha = refine(photo(true), seen(true, 512)).alpha
    assert alpha[1021, 1400:1850].min() > 128


def test_the_sources_own_transparency_is_multiplied_in() -> None:
    """Half of what the model sees is left where the source was half transparent."""
    true = disc(300, 90)
    own = np.full((300, 300), 255, np.uint8)
    own[:, 150:] = 128
    own[:150, 150:] = 0
    picture = photo(true)
    cutout = refine(Picture(picture.rgb, own, 300, 300, "png"), matte_of(true))
    assert [255, 128, 0] == [int(cutout.alpha[y, x]) for y, x in ((200, 120), (200, 180), (120, 180))]
    assert not cutout.rgb[120, 180].any()


def test_a_source_that_is_transparent_where_the_subject_is_has_none() -> None:
    """There is nothing left to cut out."""
    true = disc(300, 90)
    picture = Picture(photo(true).rgb, np.zeros((300, 300), np.uint8), 300, 300, "png")
    with pytest.raises(NoSubjectError):
        refine(picture, matte_of(true))


def test_the_subjects_bounds_are_those_of_its_visible_pixels() -> None:
    """Not those of the tiles that it was worked out in."""
    cutout = refine(photo(disc(1000, 200)), matte_of(disc(1000, 200)))
    assert Box(300, 300, 400, 400) == cutout.subject


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (7, 5), (1025, 33), (2049, 2047)])
def test_any_size_comes_out_at_its_own(size: tuple[int, int]) -> None:
    """Sides that no tile and no cell divides, and sides smaller than a window."""
    width, height = size
    rgb = np.full((height, width, 3), 90, np.uint8)
    whole = spread(np.ones((64, 64), np.float32), width, height)
    cutout = refine(Picture(rgb, None, width, height, "png"), whole)
    assert (height, width, 4) == cutout.rgba.shape
    assert int(cutout.alpha.min()) == 255
    assert Box(0, 0, width, height) == cutout.subject


@pytest.mark.parametrize("size", [(1, 500), (90, 1500), (1500, 90), (1030, 1021)])
def test_an_edge_may_lie_anywhere_in_any_size(size: tuple[int, int]) -> None:
    """The left half of every row is the subject, up to the middle."""
    width, height = size
    half = np.zeros((height, width), np.float32)
    half[: (height + 1) // 2] = 1
    alpha = refine(photo(half), seen(half, 256)).alpha
    assert alpha[: height // 2 - 8].min() == 255
    assert alpha[height // 2 + 9 :].max() == 0


def test_the_number_of_threads_does_not_change_a_byte() -> None:
    """Tiles know nothing of each other."""
    random = np.random.default_rng(5)
    true = disc(1500, 500, softness=30)
    rgb = np.clip(photo(true).rgb + random.normal(0, 9, (1500, 1500, 3)), 0, 255).astype(np.uint8)
    picture = Picture(rgb, None, 1500, 1500, "png")
    one, four = (refine(picture, seen(true, 512), threads=threads).rgba for threads in (1, 4))
    np.testing.assert_array_equal(one, four)


def test_a_picture_of_nothing_but_edge_is_done_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the bound on work the matte alone decides, and opaque pixels keep their colour."""
    monkeypatch.setattr("handler.pipeline.refine.tiles.MOST_EDGE_PX", 0)
    true = disc(1500, 500, softness=30)
    cutout = refine(photo(true), seen(true, 512))
    assert np.abs(cutout.alpha.astype(int) - np.rint(true * 255)).mean() < 4


def test_grain_does_not_come_through_the_edge() -> None:
    """A coarse grid averages noise away, so what it learns of edges must not be read into noise."""
    random = np.random.default_rng(11)
    true = disc(2048, 600)
    bright = 100 + 24 * true + random.normal(0, 10, true.shape)
    rgb = np.repeat(np.rint(bright).astype(np.uint8)[..., None], 3, axis=2)
    alpha = refine(Picture(rgb, None, 2048, 2048, "png"), seen(true, 512)).alpha
    wrong = (alpha < 128) != (true < 0.5)
    assert wrong[disc(2048, 590) != disc(2048, 610)].mean() < 0.05
