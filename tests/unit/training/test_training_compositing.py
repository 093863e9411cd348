"""Composites have exact alpha, and every random step is decided by its seed."""

import numpy as np
import pytest

from layers.onnx_models.training.augmentation import (
    cropped,
    degraded,
    letterboxed,
    recoloured,
    training_sample,
)
from layers.onnx_models.training.compositing import Sample, Stock, composite, over, shaded, trimmed
from layers.onnx_models.training.scenery import background, blocks, gradient, studio, texture
from layers.onnx_models.training.strands import as_glass, with_holes, with_strands


def square_cut(side: int = 120) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """An opaque red square in the middle of a clear canvas."""
    cut = np.zeros((side, side, 4), np.uint8)
    cut[side // 4 : -side // 4, side // 4 : -side // 4] = (200, 20, 20, 255)
    return cut


def test_a_seed_decides_the_sample(stock: Stock) -> None:
    """The same seed makes the same pixels, another seed others."""
    first, again, other = (training_sample((7, 0, n), stock, 0, 64) for n in (5, 5, 6))
    assert np.array_equal(first.rgb, again.rgb)
    assert np.array_equal(first.alpha, again.alpha)
    assert not np.array_equal(first.rgb, other.rgb)


@pytest.mark.parametrize("number", range(40))
def test_every_sample_is_a_square_of_bytes(stock: Stock, number: int) -> None:
    """Whatever the dice say, shape and type are what the net takes."""
    sample = training_sample((1, 2, number), stock, number % 4, 64)
    assert ((64, 64, 3), (64, 64)) == (sample.rgb.shape, sample.alpha.shape)
    assert {"uint8"} == {str(sample.rgb.dtype), str(sample.alpha.dtype)}


def test_a_composite_is_its_background_where_alpha_is_clear(stock: Stock) -> None:
    """A composite holds a subject, and not only a subject."""
    sample = composite(np.random.default_rng(3), stock, 96)
    assert 0 == sample.alpha.min()
    assert 200 < sample.alpha.max()


def test_over_blends_by_alpha() -> None:
    """Half alpha is half of each."""
    cut = np.array([[[200, 0, 0, 255], [200, 0, 0, 0]]], np.uint8)
    plane = np.full((1, 2, 3), 100, np.uint8)
    assert [[[200, 0, 0], [100, 100, 100]]] == over(cut, plane).tolist()


def test_a_shadow_darkens_the_background_and_is_no_subject() -> None:
    """Shadows are background: only the plane changes."""
    plane = np.full((120, 120, 3), 200, np.uint8)
    assert plane.mean() > shaded(np.random.default_rng(0), plane, square_cut()[..., 3]).mean()


def test_trimming_leaves_the_subject_alone() -> None:
    """Clear margins go, the rest stays."""
    assert (60, 60, 4) == trimmed(square_cut()).shape


def test_strands_grow_out_of_the_subject() -> None:
    """Alpha appears outside the old outline and is never lost inside it."""
    cut = square_cut()
    grown = with_strands(np.random.default_rng(0), cut)
    assert (grown[..., 3].astype(int) >= cut[..., 3]).all()
    assert 0 < int(grown[..., 3][cut[..., 3] == 0].max())


@pytest.mark.parametrize("seed", range(6))
def test_holes_let_the_background_through(seed: int) -> None:
    """Alpha is taken away inside the subject."""
    cut = square_cut()
    assert int(cut[..., 3].sum()) > int(with_holes(np.random.default_rng(seed), cut)[..., 3].sum())


def test_glass_is_clearer_inside_than_at_its_edge() -> None:
    """The edge of a glass is what one sees of it."""
    alpha = as_glass(np.random.default_rng(0), square_cut())[..., 3]
    assert alpha[60, 60] < alpha[30, 30]


@pytest.mark.parametrize("maker", [studio, gradient, texture, blocks])
def test_backgrounds_have_the_asked_size(maker: type[object]) -> None:
    """Each kind of scenery fills the canvas."""
    plane = maker(np.random.default_rng(0), 48, 64)  # type: ignore[call-arg]
    assert (48, 64, 3) == np.asarray(plane).shape


def test_photo_backgrounds_hold_no_subject(stock: Stock) -> None:
    """Only the strip beside the disc is taken, so none of the disc's columns come along."""
    box = stock.photos.entries[0].empty_box
    assert box is not None
    left, top, right, bottom = box
    assert 0 == int(stock.photos.picture(0)[top:bottom, left:right, 3].max())
    assert (32, 40, 3) == background(np.random.default_rng(0), stock.photos, [0], (32, 40)).shape


def test_a_crop_keeps_half_of_the_subject() -> None:
    """No crop leaves a picture without its answer."""
    alpha = np.zeros((80, 80), np.uint8)
    alpha[60:, 60:] = 255
    sample = Sample(np.zeros((80, 80, 3), np.uint8), alpha, 0)
    kept = [int(cropped(np.random.default_rng(seed), sample).alpha.sum()) for seed in range(30)]
    assert int(alpha.sum()) // 2 <= min(kept)


def test_a_letterbox_keeps_the_aspect_and_pads_with_clear_grey() -> None:
    """A wide picture gets bands above and below that hold no subject."""
    sample = letterboxed(Sample(np.zeros((32, 64, 3), np.uint8), np.full((32, 64), 255, np.uint8), 0), 64)
    assert (128, 0, 255) == (
        int(sample.rgb[0, 0, 0]),
        int(sample.alpha[0].max()),
        int(sample.alpha[32].min()),
    )


def test_colour_changes_leave_the_size(stock: Stock) -> None:
    """Light and file format touch pixels, not geometry."""
    rgb = np.ascontiguousarray(stock.photos.picture(0)[..., :3])
    for seed in range(12):
        rng = np.random.default_rng(seed)
        assert rgb.shape == degraded(rng, recoloured(rng, rgb)).shape
