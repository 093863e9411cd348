"""Batches for training and validation, each sample decided by seed, epoch and position."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from layers.onnx_models.training.augmentation import letterboxed, photo_sample, training_sample
from layers.onnx_models.training.compositing import Sample, Stock, composite
from layers.onnx_models.training.packing import Packed, load_packed
from layers.onnx_models.training.places import Places
from layers.onnx_models.training.sources import Split

MEAN = 0.5
VALIDATION_COMPOSITES = 64
VALIDATION_SEED = 20_261

Item: TypeAlias = tuple[NDArray[np.uint8], NDArray[np.uint8], int]


def stock_of(places: Places, split: Split) -> Stock:
    """The packed pictures of one side of the split."""
    photos, foregrounds = load_packed(places.photos), load_packed(places.foregrounds)
    return Stock(photos, foregrounds, photos.indices(split.value), foregrounds.indices(split.value))


@dataclass(frozen=True)
class Epoch(Dataset[Item]):
    """One shuffled pass over the photos, with composites in between."""

    stock: Stock
    side_px: int
    seed: int
    number: int
    start: int = 0

    def __len__(self) -> int:
        return len(self.stock.photo_indices) - self.start

    def __getitem__(self, position: int) -> Item:
        """The picture, its alpha and its class at a position of this epoch's order."""
        place = position + self.start
        order = np.random.default_rng((self.seed, self.number)).permutation(len(self.stock.photo_indices))
        photo_index = self.stock.photo_indices[int(order[place])]
        sample = training_sample((self.seed, self.number, place), self.stock, photo_index, self.side_px)
        return sample.rgb.copy(), sample.alpha.copy(), sample.label


def validation_samples(stock: Stock, side_px: int) -> list[tuple[str, Sample]]:
    """Every validation photo, then composites of validation subjects on a fixed seed, each with its slice."""
    photos: Packed = stock.photos
    samples = [
        (photos.entries[index].name.split("__")[0], letterboxed(photo_sample(stock, index), side_px))
        for index in stock.photo_indices
    ]
    rng = np.random.default_rng(VALIDATION_SEED)
    for _ in range(VALIDATION_COMPOSITES):
        samples.append(("composites", letterboxed(composite(rng, stock, side_px), side_px)))
    return samples


def as_batch(rgb: Tensor, alpha: Tensor) -> tuple[Tensor, Tensor]:
    """Bytes to what the net takes: pictures about zero, channels last in memory, alpha in 0..1."""
    pictures = rgb.permute(0, 3, 1, 2).float().div(255).sub(MEAN).contiguous(memory_format=torch.channels_last)
    return pictures, alpha.unsqueeze(1).float().div(255)
