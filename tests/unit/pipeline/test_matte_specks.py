"""Which parts of a matte are taken for the subject."""

import numpy as np
import pytest

from handler.domain.image import Floats
from handler.pipeline.matte.specks import parts, without_specks


def matte_with_disc(side: int = 512) -> Floats:
    """A sure subject of a fifth of the side."""
    down, across = np.mgrid[0:side, 0:side]
    disc = np.hypot(down - side / 2, across - side / 2) < side / 5
    alpha: Floats = disc.astype(np.float32)
    return alpha


def test_a_speck_far_from_the_subject_goes() -> None:
    """A few sure pixels alone in a corner are no subject."""
    clean = matte_with_disc()
    specked = clean.copy()
    specked[20:24, 30:34] = 1
    np.testing.assert_array_equal(clean, without_specks(specked))


def test_a_ghost_that_is_nowhere_sure_goes() -> None:
    """A large part of which the model holds a third is background."""
    clean = matte_with_disc()
    haunted = clean.copy()
    haunted[10:100, 10:400] = 0.35
    np.testing.assert_array_equal(clean, without_specks(haunted))


def test_a_second_subject_stays() -> None:
    """Smaller than the first, sure, and worth its place."""
    both = matte_with_disc()
    both[20:60, 20:60] = 1
    np.testing.assert_array_equal(both, without_specks(both))


def test_a_thin_part_that_hangs_on_the_subject_stays() -> None:
    """A line of one cell's width is connected, corners included."""
    line = matte_with_disc()
    for step in range(100):
        line[150 - step, 150 - step] = 1
    for step in range(60):
        line[150 + step, 150 + step] = 1
    np.testing.assert_array_equal(line, without_specks(line))


def test_a_hole_stays() -> None:
    """Only what is there is judged, never what is not."""
    ring = matte_with_disc()
    ring[240:270, 240:270] = 0
    np.testing.assert_array_equal(ring, without_specks(ring))


def test_an_empty_matte_stays_empty() -> None:
    """Nothing has no parts."""
    np.testing.assert_array_equal(
        np.zeros((40, 30), np.float32), without_specks(np.zeros((40, 30), np.float32))
    )


@pytest.mark.parametrize(
    ("drawn", "count"),
    [
        ("....", 0),
        ("#..#", 2),
        ("#.#/###", 1),
        ("###/#.#/#.#/###", 1),
        ("#.../.#../..#.", 1),
        ("#.#.#/#.#.#/.#.#.", 1),
        ("##..##/....../##..##", 4),
    ],
)
def test_parts_are_connected_by_sides_and_corners(drawn: str, count: int) -> None:
    """Whatever their shape, each has one number, from one up."""
    mask = np.array([[cell == "#" for cell in row] for row in drawn.split("/")])
    labels = parts(mask)
    assert count == labels.max()
    np.testing.assert_array_equal(mask, labels > 0)
    assert set(range(1, count + 1)) == set(labels[mask].tolist())
