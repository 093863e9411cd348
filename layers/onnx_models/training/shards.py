"""
One batch on several cores: each worker takes the next chunk and works on one core.

Threads inside a layer meet after every one; on cores that others use too, that costs more than it brings.
Gradients are handed back, not accumulated in place, so chunks never write to the same memory.
"""

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from layers.onnx_models.training.loading import as_batch
from layers.onnx_models.training.losses import soft_iou_loss, total_loss
from layers.onnx_models.training.network import MattingNet

CHUNKS = 3

Batch = tuple[Tensor, ...]


@dataclass(frozen=True)
class Lesson:
    """What a chunk teaches: the gradients in the order of the parameters, its loss and soft IoU."""

    gradients: tuple[Tensor, ...]
    loss: float
    iou: float


def lesson(net: MattingNet, chunk: Batch) -> Lesson:
    """The gradients of one chunk."""
    pictures, truth = as_batch(chunk[0], chunk[1])
    with torch.autocast("cpu", torch.bfloat16):
        prediction = net(pictures)
    loss = total_loss(prediction, truth, chunk[2])
    # A chunk without a labelled picture does not reach the class head.
    gradients = torch.autograd.grad(loss, list(net.parameters()), allow_unused=True, materialize_grads=True)
    with torch.no_grad():
        iou = 1 - float(soft_iou_loss(torch.sigmoid(prediction.alpha.float()), truth))
    return Lesson(gradients, float(loss.detach()), iou)


def chunks_of(batch: Batch) -> Iterable[Batch]:
    """The batch in up to `CHUNKS` parts: more than cores, so that a late core takes fewer."""
    return zip(*(part.chunk(CHUNKS) for part in batch), strict=True)


def learn(net: MattingNet, batch: Batch, workers: Executor) -> tuple[float, float]:
    """Put the mean gradient of the batch into the net; its loss and soft IoU."""
    lessons = list(workers.map(partial(lesson, net), chunks_of(batch)))
    shares = [one.gradients for one in lessons]
    for weight, *parts in zip(net.parameters(), *shares, strict=True):
        # The optimizer walks weights and gradients as flat memory, so their layouts must agree.
        weight.grad = torch.empty_like(weight).copy_(sum(parts[1:], parts[0]) / len(parts))
    return (
        sum(one.loss for one in lessons) / len(lessons),
        sum(one.iou for one in lessons) / len(lessons),
    )
