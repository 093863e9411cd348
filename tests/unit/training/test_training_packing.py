"""Packing keeps every pixel, and nothing that the evaluation holds."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from layers.onnx_models.training.compositing import Stock
from layers.onnx_models.training.packing import (
    SIDE_PX,
    difference_hash,
    flattened,
    is_known,
    largest_empty_box,
    load_packed,
    pack,
    shrunk,
)


def cut_out(seed: int) -> Image.Image:
    """A smooth random pattern inside a clear margin."""
    cells = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    pattern = Image.fromarray(cells).resize((60, 60), Image.Resampling.BICUBIC)
    canvas = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    canvas.paste(pattern, (20, 20))
    return canvas


def test_a_packed_picture_comes_back_as_it_was(tmp_path: Path) -> None:
    """Padding is taken off again and no pixel changes."""
    picture = cut_out(1)
    pack([("saleor__mug", picture)], tmp_path / "foregrounds", banned=[])
    assert np.array_equal(np.asarray(picture), load_packed(tmp_path / "foregrounds").picture(0))


def test_a_large_picture_is_shrunk_to_the_packed_side() -> None:
    """The longest side becomes the packed side and the aspect stays."""
    assert (SIDE_PX, SIDE_PX // 2) == shrunk(Image.new("RGB", (SIDE_PX * 3, SIDE_PX * 3 // 2))).size


def test_an_evaluation_picture_is_left_out(tmp_path: Path) -> None:
    """A picture whose hash the evaluation holds is counted and not packed."""
    known, other = cut_out(1), cut_out(2)
    banned = [difference_hash(known.convert("RGB"))]
    assert (1, 1) == pack([("a__1", known), ("a__2", other)], tmp_path / "photos", banned)


def test_an_evaluation_subject_is_known_wherever_it_was_pasted() -> None:
    """The same cut-out at another place and size is found by its subject alone."""
    original = cut_out(3)
    moved = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    moved.paste(original.resize((150, 150)), (90, 30))
    assert is_known(moved, [difference_hash(flattened(original))])


def test_the_empty_box_is_the_widest_strip_without_subject() -> None:
    """A subject on the right leaves the left strip."""
    alpha = Image.new("L", (300, 200), 0)
    ImageDraw.Draw(alpha).rectangle((200, 20, 280, 180), fill=255)
    assert (0, 0, 200, 200) == largest_empty_box(np.asarray(alpha))


def test_a_subject_that_fills_the_picture_leaves_no_box() -> None:
    """Strips too narrow to be a background are not offered as one."""
    assert largest_empty_box(np.full((200, 300), 255, np.uint8)) is None


def test_the_sides_of_the_split_share_no_picture(stock: Stock) -> None:
    """Training and validation positions are disjoint and together everything."""
    train, validation = stock.photos.indices("train"), stock.photos.indices("validation")
    assert list(range(len(stock.photos.entries))) == sorted(train + validation)
