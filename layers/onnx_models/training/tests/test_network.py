"""The net and its losses: shapes, gradients, and what each loss asks for."""

import pytest
import torch

from layers.onnx_models.training.losses import (
    edge_band,
    label_loss,
    slope_loss,
    soft_iou_loss,
    structure_loss,
    total_loss,
)
from layers.onnx_models.training.network import MattingNet, Shape
from layers.onnx_models.training.sources import CLASSES, UNLABELLED

TINY = Shape(widths=(4, 4, 8, 8, 8), depths=(0, 0, 0, 1, 1), detail_width=4)


def disc(side: int = 64, radius: int = 16) -> torch.Tensor:
    """One filled circle."""
    axis = torch.arange(side) - side / 2
    return ((axis[:, None] ** 2 + axis**2) < radius**2).float()[None, None]


@pytest.mark.parametrize("size", [(64, 64), (96, 64), (32, 160)])
def test_alpha_has_the_size_of_the_picture(size: tuple[int, int]) -> None:
    """Any sides that can be halved five times serve."""
    prediction = MattingNet(TINY).eval()(torch.zeros(2, 3, *size))
    assert (2, 1, *size) == prediction.alpha.shape
    assert (2, len(CLASSES)) == prediction.label.shape


def test_every_weight_learns() -> None:
    """One step back reaches every parameter."""
    net = MattingNet(TINY)
    prediction = net(torch.rand(2, 3, 64, 64) - 0.5)
    torch.autograd.backward(total_loss(prediction, disc().repeat(2, 1, 1, 1), torch.tensor([0, 1])))
    assert [name for name, weight in net.named_parameters() if weight.grad is None] == []


def test_the_net_can_learn_one_picture() -> None:
    """A hundred and twenty steps on one disc make a disc."""
    torch.manual_seed(0)
    net, truth = MattingNet(TINY), disc()
    picture = (truth.repeat(1, 3, 1, 1) - 0.5) * 0.8
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-2)
    for _ in range(120):
        optimizer.zero_grad()
        prediction = net(picture)
        torch.autograd.backward(total_loss(prediction, truth, torch.tensor([0])))
        optimizer.step()
    assert float(soft_iou_loss(torch.sigmoid(prediction.alpha.detach()), truth)) < 0.25


@pytest.mark.parametrize("loss", [soft_iou_loss, slope_loss, structure_loss])
def test_the_truth_costs_nothing(loss: type[object]) -> None:
    """Each part of the loss is zero for the right answer and not for a wrong one."""
    truth = disc()
    right, wrong = float(loss(truth, truth)), float(loss(1 - truth, truth))  # type: ignore[call-arg, arg-type]
    assert pytest.approx(right, abs=1e-5) == 0.0
    assert wrong > 0.1


def test_the_edge_band_follows_the_outline() -> None:
    """It is strong on the circle and absent in its middle and far outside."""
    band = edge_band(disc())[0, 0]
    assert float(band[32, 32]) == 0.0
    assert float(band[2, 2]) == 0.0
    assert float(band.max()) > 0.5


def test_unlabelled_pictures_do_not_teach_the_class_head() -> None:
    """A batch without labels costs nothing."""
    assert float(label_loss(torch.rand(3, len(CLASSES)), torch.full((3,), UNLABELLED))) == 0.0
