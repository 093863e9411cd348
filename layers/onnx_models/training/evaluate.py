"""The validation IoU that training watches; `compare.py` makes the tables of the model card."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from layers.onnx_models.training.compositing import Stock
from layers.onnx_models.training.loading import as_batch
from layers.onnx_models.training.network import MattingNet
from layers.onnx_models.training.scores import score
from layers.onnx_models.training.stocking import validation_samples

WATCH_EVERY = 3
WATCH_BATCH = 16


@dataclass(frozen=True)
class Watch:
    """The validation samples that a stage is watched with, made once."""

    side_px: int
    rgb: Tensor
    alpha: Tensor


def watch_over(stock: Stock, side_px: int) -> Watch:
    """Every third validation sample: enough to watch, cheap enough for each epoch."""
    samples = [sample for _, sample in validation_samples(stock, side_px)[::WATCH_EVERY]]
    rgb = torch.from_numpy(np.stack([sample.rgb for sample in samples]))
    alpha = torch.from_numpy(np.stack([sample.alpha for sample in samples]))
    return Watch(side_px, rgb, alpha)


def validation_iou(net: MattingNet, watch: Watch) -> float:
    """The mean IoU over the watched samples."""
    ious: list[float] = []
    net.eval()
    for first in range(0, len(watch.rgb), WATCH_BATCH):
        chunk = slice(first, first + WATCH_BATCH)
        pictures, truth = as_batch(watch.rgb[chunk], watch.alpha[chunk])
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            predicted = torch.sigmoid(net(pictures).alpha.float())
        ious += [score(own, right).iou for own, right in zip(predicted.numpy(), truth.numpy(), strict=True)]
    return float(np.mean(ious))
