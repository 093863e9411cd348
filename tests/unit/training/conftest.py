"""A tiny packed stock, made in code: discs on noise, and clear-cornered cut-outs."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from layers.onnx_models.training.compositing import Stock
from layers.onnx_models.training.packing import load_packed, pack

PHOTO_NAMES = (
    "ccp__photos_0001",
    "dogcat__cat.1",
    "caltech101__101_ObjectCategories_pizza_image_0001",
    "raccoon__images_raccoon-1",
)
FOREGROUND_NAMES = ("saleor__mug", "wonder3d__owl")


def disc(seed: int, size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A picture of noise whose alpha is a disc in its right half."""
    rng = np.random.default_rng(seed)
    width, height = size
    picture = Image.fromarray(rng.integers(0, 256, (height, width, 3), dtype=np.uint8))
    alpha = Image.new("L", size, 0)
    ImageDraw.Draw(alpha).ellipse((width * 0.7, height * 0.3, width * 0.95, height * 0.8), fill=255)
    picture.putalpha(alpha)
    return picture


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder with packed photos and foregrounds."""
    folder = tmp_path_factory.mktemp("training")
    for stem, names in (("photos", PHOTO_NAMES), ("foregrounds", FOREGROUND_NAMES)):
        pack(((name, disc(seed)) for seed, name in enumerate(names)), folder / stem, banned=[])
    return folder


@pytest.fixture
def stock(work: Path) -> Stock:
    """Everything packed, whatever its side of the split."""
    photos, foregrounds = load_packed(work / "photos"), load_packed(work / "foregrounds")
    return Stock(photos, foregrounds, list(range(len(PHOTO_NAMES))), list(range(len(FOREGROUND_NAMES))))
