"""Batches for training and validation, each sample decided by seed, epoch and position."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from layers.onnx_models.training.augmentation import training_sample
from layers.onnx_models.training.compositing import Stock
from layers.onnx_models.training.sources import weight_of
from layers.onnx_models.training.stocking import MEAN

Item: TypeAlias = tuple[NDArray[np.uint8], NDArray[np.uint8], int]


@dataclass(frozen=True)
class Epoch(Dataset[Item]):
    """One shuffled pass over the photos, with composites in between."""

    stock: Stock
    side_px: int
    seed: int
    number: int
    start: int = 0

    def __len__(self) -> int:
        return len(self.order) - self.start

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The photos of this pass, shuffled, each as often as its source weighs."""
        rng = np.random.default_rng((self.seed, self.number))
        entries = self.stock.photos.entries
        weights = np.array([weight_of(entries[index].name) for index in self.stock.photo_indices])
        times = (weights + rng.random(len(weights))).astype(np.intp)
        return rng.permutation(np.repeat(np.array(self.stock.photo_indices, np.intp), times))

    def __getitem__(self, position: int) -> Item:
        """The picture, its alpha and its class at a position of this epoch's order."""
        place = position + self.start
        photo_index = int(self.order[place])
        sample = training_sample((self.seed, self.number, place), self.stock, photo_index, self.side_px)
        return sample.rgb.copy(), sample.alpha.copy(), sample.label


def as_batch(rgb: Tensor, alpha: Tensor) -> tuple[Tensor, Tensor]:
    """Bytes to what the net takes: pictures about zero, channels last in memory, alpha in 0..1."""
    pictures = (
        rgb.permute(0, 3, 1, 2).float().div(255).sub(MEAN).contiguous(memory_format=torch.channels_last)
    )
    return pictures, alpha.unsqueeze(1).float().div(255)
