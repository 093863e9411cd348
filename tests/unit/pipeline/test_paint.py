"""Laying one picture over another."""

import numpy as np
from PIL import Image

from handler.pipeline.compose.paint import over


def test_what_is_clear_or_solid_is_copied_exactly_as_if_it_were_mixed() -> None:
    """Every alpha over every alpha gives Pillow's own pixels."""
    front, back = np.random.default_rng(seed=0).integers(0, 256, (2, 256, 256, 4), np.uint8)
    front[..., 3], back[..., 3] = np.arange(256)[:, None], np.arange(256)
    expected = Image.alpha_composite(Image.fromarray(back), Image.fromarray(front))

    np.testing.assert_array_equal(over(front, back), np.asarray(expected))


def test_a_cut_outs_part_is_laid_over_a_part() -> None:
    """Neither has to lie in one piece, and what is laid over stays as it was."""
    front, back = np.full((4, 6, 4), 255, np.uint8), np.zeros((4, 6, 4), np.uint8)
    kept = front.copy()

    mixed = over(front[:, 1:5], back[:, 2:6])

    assert mixed.min() == 255
    mixed[:] = 0
    np.testing.assert_array_equal(front, kept)
