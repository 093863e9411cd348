"""What a caller may want done to the edge."""

from dataclasses import replace

import numpy as np
import pytest

from handler.domain.errors import NoSubjectError
from handler.domain.image import Box, Bytes, Floats, Matte, Picture
from handler.domain.request import Cut, Edge, SourceAlpha
from handler.pipeline.refine import refine

SUBJECT = (200, 60, 40)
GROUND = (60, 120, 200)
SIDE = 400
RADIUS = 100


def disc(softness: float = 1.0) -> Floats:
    """Alpha of a disc in the middle, its rim that many pixels wide."""
    across = np.arange(SIDE, dtype=np.float32) + np.float32(0.5) - SIDE / 2
    alpha: Floats = np.clip((RADIUS - np.hypot(across[:, None], across[None])) / softness + 0.5, 0, 1)
    return alpha.astype(np.float32)


def photo(alpha: Floats) -> Picture:
    """The subject over plain ground, mixed as a camera would."""
    share = alpha[..., None]
    rgb = np.rint(share * np.array(SUBJECT) + (1 - share) * np.array(GROUND)).astype(np.uint8)
    return Picture(rgb, None, SIDE, SIDE, "png")


def matte_of(alpha: Floats) -> Matte:
    """What a model of the picture's size would answer."""
    return Matte(np.rint(alpha * 255).astype(np.uint8), Box(0, 0, SIDE, SIDE), "fake@0", 1, 0)


def cut_with(edge: Edge, softness: float = 1.0) -> Bytes:
    """The disc cut out so."""
    alpha = disc(softness)
    return refine(photo(alpha), matte_of(alpha), Cut(edge=edge)).rgba


def radii(alpha: Bytes) -> list[float]:
    """How far the half of the edge lies from the middle, to the right, below, and along the diagonal."""
    middle = SIDE // 2
    straight = [int((line[middle:] >= 128).sum()) for line in (alpha[middle], alpha[:, middle])]
    return [*straight, int((np.diagonal(alpha)[middle:] >= 128).sum()) * 2**0.5]


@pytest.mark.parametrize("shift", [-20, -7, -2, -1, 1, 2, 3, 4, 8, 20])
def test_the_edge_moves_by_as_many_pixels_in_every_direction(shift: int) -> None:
    """A disc stays round to within a twelfth of the way, and a pixel and a half."""
    moved = radii(cut_with(Edge(shift=shift))[..., 3])
    assert [RADIUS + shift] * 3 == pytest.approx(moved, abs=1.5 + abs(shift) / 12)


def test_what_joins_the_subject_brings_the_pictures_own_colour() -> None:
    """Background is what lies there, not black."""
    rgba = cut_with(Edge(shift=10))
    assert [*GROUND, 255] == rgba[SIDE // 2, SIDE // 2 + RADIUS + 6].tolist()


def test_what_leaves_the_subject_has_no_colour() -> None:
    """Nothing of it is in the file."""
    rgba = cut_with(Edge(shift=-10))
    assert not rgba[rgba[..., 3] == 0].any()


def test_a_subject_at_the_border_is_not_eaten_from_there() -> None:
    """The picture ends there, the subject does not."""
    whole = Matte(np.full((64, 64), 255, np.uint8), Box(0, 0, SIDE, SIDE), "fake@0", 1, 0)
    cutout = refine(photo(disc()), whole, Cut(edge=Edge(shift=-20)))
    assert 255 == int(cutout.alpha.min())


def test_a_shift_is_counted_in_the_sources_pixels() -> None:
    """In a picture of half the size it is half as long."""
    half = replace(photo(disc()), full_width=2 * SIDE, full_height=2 * SIDE)
    matte = replace(matte_of(disc()), box=Box(0, 0, 2 * SIDE, 2 * SIDE))
    moved = radii(refine(half, matte, Cut(edge=Edge(shift=20))).alpha)
    assert [RADIUS + 10] * 3 == pytest.approx(moved, abs=2.5)


def test_feathering_softens_the_edge_and_leaves_it_where_it_is() -> None:
    """Half of the alpha stays on the old line."""
    sharp, soft = (cut_with(Edge(feather=width))[SIDE // 2, :, 3] for width in (0, 20))
    between = [int(((line > 12) & (line < 243)).sum()) for line in (sharp, soft)]
    assert between[0] <= 4
    assert between[1] >= 20
    assert abs(int((sharp >= 128).sum()) - int((soft >= 128).sum())) <= 2


def test_a_binary_edge_has_no_half_tones() -> None:
    """However soft the subject is."""
    assert {0, 255} == set(np.unique(cut_with(Edge(binary=True), softness=30)[..., 3]).tolist())


def test_a_binary_edge_drops_single_lines() -> None:
    """They do not survive the opening."""
    alpha = disc()
    alpha[200, 300:] = 1
    rgba = refine(photo(alpha), matte_of(alpha), Cut(edge=Edge(binary=True))).rgba
    assert not rgba[200, 320:, 3].any()


def test_a_subject_that_is_shrunk_away_is_none() -> None:
    """No empty picture is made."""
    alpha = np.zeros((SIDE, SIDE), np.float32)
    alpha[195:205, 195:205] = 1
    with pytest.raises(NoSubjectError):
        refine(photo(alpha), matte_of(alpha), Cut(edge=Edge(shift=-20)))


def test_decontamination_may_be_switched_off_or_halved() -> None:
    """Off, every pixel keeps the picture's colour; half goes half the way; alpha is the same."""
    none, half, full = (cut_with(Edge(decontaminate=share), softness=14) for share in (0, 0.5, 1))
    seen = none[..., 3] > 0
    np.testing.assert_array_equal(photo(disc(14)).rgb[seen], none[..., :3][seen])
    np.testing.assert_array_equal(none[..., 3], full[..., 3])
    middle = (none[seen][:, :3].astype(float) + full[seen][:, :3]) / 2
    assert np.abs(middle - half[seen][:, :3]).max() <= 1


def half_hidden() -> Picture:
    """A picture whose right half is transparent."""
    own = np.full((SIDE, SIDE), 255, np.uint8)
    own[:, SIDE // 2 :] = 0
    return replace(photo(disc()), alpha=own)


def test_what_the_source_hides_stays_hidden_when_the_edge_grows() -> None:
    """Whatever the file holds under its transparency."""
    cutout = refine(half_hidden(), matte_of(disc()), Cut(edge=Edge(shift=20)))
    assert not cutout.rgba[:, SIDE // 2 :].any()


def test_the_sources_transparency_may_be_ignored() -> None:
    """Then the picture is cut out as if it had none."""
    ignoring = refine(half_hidden(), matte_of(disc()), Cut(source_alpha=SourceAlpha.IGNORE))
    np.testing.assert_array_equal(refine(photo(disc()), matte_of(disc())).rgba, ignoring.rgba)
