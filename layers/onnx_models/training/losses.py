"""What the net is asked to get right: the region, its edge, its structure, and what the subject is."""

import torch
from torch import Tensor
from torch.nn import functional

from layers.onnx_models.training.network import Prediction
from layers.onnx_models.training.sources import UNLABELLED

EDGE_WEIGHT = 4.0
SLOPE_WEIGHT = 0.5
STRUCTURE_WEIGHT = 0.5
COARSE_WEIGHT = 0.5
LABEL_WEIGHT = 0.1
STRUCTURE_WINDOW_PX = 7
EDGE_WINDOW_PX = 7


def soft_iou_loss(alpha: Tensor, truth: Tensor) -> Tensor:
    """One minus the IoU of each picture by soft areas: a small subject weighs as much as a large one."""
    both = torch.minimum(alpha, truth).sum((1, 2, 3))
    either = torch.maximum(alpha, truth).sum((1, 2, 3))
    return (1 - (both + 1) / (either + 1)).mean()


def edge_band(truth: Tensor) -> Tensor:
    """Near one where the truth changes within a few pixels, zero in flat parts."""
    pad = EDGE_WINDOW_PX // 2
    return (
        (truth - functional.avg_pool2d(truth, EDGE_WINDOW_PX, 1, pad, count_include_pad=False))
        .abs()
        .mul(2)
        .clamp(0, 1)
    )


def region_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Cross entropy that counts the edge band more, plus the IoU of the whole."""
    weight = 1 + EDGE_WEIGHT * edge_band(truth)
    pixels = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
    return (pixels * weight).sum() / weight.sum() + soft_iou_loss(torch.sigmoid(logits), truth)


def slope_loss(alpha: Tensor, truth: Tensor) -> Tensor:
    """The mean difference between the slopes of alpha and truth, where either has one."""
    loss = alpha.new_zeros(())
    for axis in (2, 3):
        own, right = alpha.diff(dim=axis), truth.diff(dim=axis)
        loss = loss + (own - right).abs().sum() / (right.abs().sum() + alpha.shape[0])
    return loss / 4


def structure_loss(alpha: Tensor, truth: Tensor) -> Tensor:
    """One minus the structural similarity in small windows at half resolution."""
    own, right = functional.avg_pool2d(alpha, 2), functional.avg_pool2d(truth, 2)

    def mean(plane: Tensor) -> Tensor:
        return functional.avg_pool2d(plane, STRUCTURE_WINDOW_PX, 3)

    own_mean, right_mean = mean(own), mean(right)
    own_variance = mean(own * own) - own_mean**2
    right_variance = mean(right * right) - right_mean**2
    shared = mean(own * right) - own_mean * right_mean
    stable_mean, stable_variance = 0.01**2, 0.03**2
    similarity = (2 * own_mean * right_mean + stable_mean) * (2 * shared + stable_variance)
    similarity = similarity / (own_mean**2 + right_mean**2 + stable_mean)
    return 1 - (similarity / (own_variance + right_variance + stable_variance)).mean()


def label_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross entropy over the pictures whose class is known."""
    known = labels != UNLABELLED
    if not bool(known.any()):
        return logits.new_zeros(())
    return functional.cross_entropy(logits[known], labels[known], label_smoothing=0.05)


def total_loss(prediction: Prediction, truth: Tensor, labels: Tensor) -> Tensor:
    """The weighted sum that training lowers."""
    logits = prediction.alpha.float()
    alpha = torch.sigmoid(logits)
    small = functional.interpolate(truth, prediction.coarse.shape[2:], mode="area")
    return (
        region_loss(logits, truth)
        + SLOPE_WEIGHT * slope_loss(alpha, truth)
        + STRUCTURE_WEIGHT * structure_loss(alpha, truth)
        + COARSE_WEIGHT * region_loss(prediction.coarse.float(), small)
        + LABEL_WEIGHT * label_loss(prediction.label.float(), labels)
    )
