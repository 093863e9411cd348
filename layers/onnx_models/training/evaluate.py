"""The validation IoU that training watches; `compare.py` makes the tables of the model card."""

import numpy as np
import torch

from layers.onnx_models.training.compositing import Stock
from layers.onnx_models.training.loading import as_batch
from layers.onnx_models.training.network import MattingNet
from layers.onnx_models.training.scores import score
from layers.onnx_models.training.stocking import validation_samples

WATCH_EVERY = 3
WATCH_BATCH = 16


def validation_iou(net: MattingNet, stock: Stock, side_px: int) -> float:
    """The mean IoU over every third validation sample: enough to watch, cheap enough for each epoch."""
    samples = [sample for _, sample in validation_samples(stock, side_px)[::WATCH_EVERY]]
    ious: list[float] = []
    net.eval()
    for first in range(0, len(samples), WATCH_BATCH):
        chunk = samples[first : first + WATCH_BATCH]
        rgb = torch.from_numpy(np.stack([sample.rgb for sample in chunk]))
        alpha = torch.from_numpy(np.stack([sample.alpha for sample in chunk]))
        pictures, truth = as_batch(rgb, alpha)
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            predicted = torch.sigmoid(net(pictures).alpha.float())
        ious += [score(own, right).iou for own, right in zip(predicted.numpy(), truth.numpy(), strict=True)]
    return float(np.mean(ious))
