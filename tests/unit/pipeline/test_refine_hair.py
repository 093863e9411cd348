"""Wide soft bands of a matte, in which single strands are found by their colour."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from handler.domain.image import Box, Bytes, Floats, Matte, Picture
from handler.pipeline.refine import refine
from handler.pipeline.refine.grid import lay_grid
from handler.pipeline.refine.hair import find_hair
from handler.pipeline.refine.place import find_place

SUBJECT = (150, 90, 60)
GROUND = (70, 120, 160)
SIDE = 480
# Where the solid part ends and the strands begin, and where those end.
ROOT, TIP = 200, 236


def mane() -> Floats:
    """A solid left part with strands of two pixels standing off it, six apart."""
    alpha = np.zeros((SIDE, SIDE), np.float32)
    alpha[:, :ROOT] = 1
    alpha[np.arange(SIDE) % 6 < 2, ROOT:TIP] = 1
    return alpha


def photo(alpha: Floats, subject: tuple[int, int, int] = SUBJECT) -> Picture:
    """The subject over plain ground, with a little grain."""
    share = alpha[..., None]
    grain = np.random.default_rng(3).normal(0, 3, (*alpha.shape, 3))
    rgb = np.clip(share * np.array(subject) + (1 - share) * np.array(GROUND) + grain, 0, 255)
    return Picture(rgb.astype(np.uint8), None, SIDE, SIDE, "png")


def blurred(alpha: Floats, sigma: float) -> Matte:
    """What a model that sees no finer than that makes of it."""
    image = Image.fromarray(np.rint(alpha * 255).astype(np.uint8))
    seen = np.asarray(image.filter(ImageFilter.GaussianBlur(sigma)))
    return Matte(seen, Box(0, 0, SIDE, SIDE), "fake@0", confidence=1, ambiguous_ratio=0)


def alpha_of(picture: Picture, matte: Matte) -> Bytes:
    """The cut-out's."""
    return refine(picture, matte).alpha


def test_strands_are_told_from_what_lies_between_them() -> None:
    """The model sees a third all over the band, and by that alone alpha would be off by 108."""
    true = mane()
    band = alpha_of(photo(true), blurred(true, 6))[40:-40, ROOT + 8 : TIP - 8].astype(int)
    error = np.abs(band - 255 * true[40:-40, ROOT + 8 : TIP - 8])
    assert error.mean() < 36


def test_strands_are_half_transparent_where_they_are_thinner_than_a_pixel() -> None:
    """They are neither hardened nor lost, as the edge of a solid thing would be."""
    thin = mane()
    thin[:, ROOT:TIP] *= 0.5
    band = alpha_of(photo(thin), blurred(thin, 6))[40:-40, ROOT + 8 : TIP - 8]
    strands = band[thin[40:-40, ROOT + 8 : TIP - 8] > 0]
    assert float(np.median(strands)) == pytest.approx(127.5, abs=40)


def test_colours_that_are_the_same_on_both_sides_count_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """They tell the known places no better from each other."""
    picture, matte = photo(mane(), subject=GROUND), blurred(mane(), 6)
    found = alpha_of(picture, matte)
    monkeypatch.setattr("handler.pipeline.refine.find_hair", lambda *_: None)
    np.testing.assert_array_equal(alpha_of(picture, matte), found)


def test_a_hard_edge_is_no_hair() -> None:
    """A band of two or three cells is only as soft as the matte is coarse."""
    half = np.zeros((SIDE, SIDE), np.float32)
    half[:, :ROOT] = 1
    picture, matte = photo(half), blurred(half, 1)
    place = find_place(matte, picture)
    assert find_hair(picture.rgb[:, : place.box.width], lay_grid(matte.alpha, place)) is None


def test_a_haze_is_no_hair() -> None:
    """Half tones all over tell that the model does not know what is meant."""
    haze = np.zeros((SIDE, SIDE), np.float32)
    haze[:, :ROOT], haze[:, ROOT:] = 1, 0.5
    picture, matte = photo(haze), blurred(haze, 1)
    assert find_hair(picture.rgb, lay_grid(matte.alpha, find_place(matte, picture))) is None
