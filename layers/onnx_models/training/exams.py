"""The pictures that models are measured on: the validation split and the evaluation set, slice by slice."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from layers.onnx_models.training.augmentation import photo_sample
from layers.onnx_models.training.compositing import Stock, composite
from layers.onnx_models.training.packing import SIDE_PX
from layers.onnx_models.training.sources import CLASSES, UNLABELLED, source_of
from layers.onnx_models.training.stocking import VALIDATION_COMPOSITES, VALIDATION_SEED

Pixels: TypeAlias = NDArray[np.uint8]

COMPOSITE_SLICE = "composites"
EVALUATION_CLASSES = {
    "people": "person",
    "animals": "animal",
    "products": "product",
    "products_on_white": "product",
}


@dataclass(frozen=True)
class Question:
    """A picture with its answer; `taught` says that the answer is the larger model's own matte."""

    name: str
    slice_name: str
    rgb: Pixels
    alpha: NDArray[np.float32]
    label: int
    taught: bool


def as_floats(alpha: Pixels) -> NDArray[np.float32]:
    """Alpha in 0..1."""
    return alpha.astype(np.float32) / np.float32(255)


def validation_questions(stock: Stock) -> Iterator[Question]:
    """Every validation photo against the teacher's matte, then composites against their exact alpha."""
    for index in stock.photo_indices:
        sample, name = photo_sample(stock, index), stock.photos.entries[index].name
        alpha = as_floats(sample.alpha)
        yield Question(
            name, source_of(name), np.ascontiguousarray(sample.rgb), alpha, sample.label, taught=True
        )
    rng = np.random.default_rng(VALIDATION_SEED)
    for number in range(VALIDATION_COMPOSITES):
        sample = composite(rng, stock, SIDE_PX)
        alpha = as_floats(sample.alpha)
        name = f"composite_{number:02d}"
        yield Question(name, COMPOSITE_SLICE, sample.rgb, alpha, UNLABELLED, taught=False)


def evaluation_questions(folder: Path) -> Iterator[Question]:
    """Every picture of the evaluation set with its known answer."""
    for path in sorted(folder.glob("*/images/*.jpg")):
        slice_name = path.parent.parent.name
        mask = Image.open(path.parent.parent / "masks" / f"{path.stem}.png").convert("L")
        label = EVALUATION_CLASSES.get(slice_name)
        yield Question(
            path.stem,
            slice_name,
            np.asarray(Image.open(path).convert("RGB")),
            as_floats(np.asarray(mask)),
            CLASSES.index(label) if label else UNLABELLED,
            taught=False,
        )
