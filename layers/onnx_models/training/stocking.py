"""The packed pictures of one side of the split, and the fixed validation samples made of them."""

import numpy as np

from layers.onnx_models.training.augmentation import letterboxed, photo_sample
from layers.onnx_models.training.compositing import Sample, Stock, composite
from layers.onnx_models.training.packing import load_packed
from layers.onnx_models.training.places import Places
from layers.onnx_models.training.sources import Split, source_of

MEAN = 0.5
VALIDATION_COMPOSITES = 64
VALIDATION_SEED = 20_261


def stock_of(places: Places, split: Split) -> Stock:
    """The packed pictures of one side of the split."""
    photos, foregrounds = load_packed(places.photos), load_packed(places.foregrounds)
    return Stock(photos, foregrounds, photos.indices(split.value), foregrounds.indices(split.value))


def validation_samples(stock: Stock, side_px: int) -> list[tuple[str, Sample]]:
    """Every validation photo, then composites of validation subjects on a fixed seed, each with its slice."""
    photos = stock.photos
    samples = [
        (source_of(photos.entries[index].name), letterboxed(photo_sample(stock, index), side_px))
        for index in stock.photo_indices
    ]
    rng = np.random.default_rng(VALIDATION_SEED)
    made = (composite(rng, stock, side_px) for _ in range(VALIDATION_COMPOSITES))
    return samples + [("composites", letterboxed(sample, side_px)) for sample in made]
