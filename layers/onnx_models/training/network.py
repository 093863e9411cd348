"""
A small U-shaped net of plain 3x3 convolutions: most work at 1/16 and 1/32, where int8 and bf16 are dense.

The detail branch works at half resolution and predicts four sub-pixels a cell, so no layer runs at full size.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from layers.onnx_models.training.sources import CLASSES


@dataclass(frozen=True)
class Shape:
    """Channels and residual blocks of the stages at 1/2, 1/4, 1/8, 1/16 and 1/32."""

    widths: tuple[int, ...] = (16, 32, 64, 128, 224)
    depths: tuple[int, ...] = (0, 1, 2, 4, 3)
    detail_width: int = 24


class Unit(nn.Sequential):
    """Convolution, batch normalization, ReLU: folded into one node at export."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        )


class Residual(nn.Module):
    """Two convolutions and a shortcut."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = Unit(width, width)
        norm = nn.BatchNorm2d(width)
        # The block begins as the identity, which lets the learning rate start high.
        nn.init.zeros_(norm.weight)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), norm)

    def forward(self, features: Tensor) -> Tensor:
        """The features, corrected."""
        return functional.relu(features + self.second(self.first(features)))


class Context(nn.Module):
    """The mean of the whole picture, mixed back into every cell, so that each knows of the rest."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(width, width, 1)

    def forward(self, features: Tensor) -> Tensor:
        """The features plus the mixed mean."""
        return functional.relu(features + self.mix(features.mean((2, 3), keepdim=True)))


class Lift(nn.Module):
    """Half the resolution below brought up and joined to the skip."""

    def __init__(self, below: int, skip: int) -> None:
        super().__init__()
        self.narrow = Unit(below, skip, 1)
        self.join = Unit(skip, skip)

    def forward(self, below: Tensor, skip: Tensor) -> Tensor:
        """The features at the resolution of the skip."""
        lifted = functional.interpolate(
            self.narrow(below), scale_factor=2.0, mode="bilinear", align_corners=False
        )
        joined: Tensor = self.join(lifted + skip)
        return joined


@dataclass(frozen=True)
class Prediction:
    """Logits of the alpha at full size, of the alpha at an eighth (training only), and of the class."""

    alpha: Tensor
    coarse: Tensor
    label: Tensor


class MattingNet(nn.Module):
    """The picture in, `Prediction` out; sides must be multiples of 32."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        shape = shape or Shape()
        widths = shape.widths
        inputs = (3, *widths[:-1])
        self.stages = nn.ModuleList(
            nn.Sequential(Unit(before, width, 3, 2), *(Residual(width) for _ in range(depth)))
            for before, width, depth in zip(inputs, widths, shape.depths, strict=True)
        )
        self.context = Context(widths[-1])
        self.lifts = nn.ModuleList(
            Lift(below, skip) for below, skip in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.coarse_head = nn.Conv2d(widths[2], 1, 1)
        self.detail = nn.Sequential(
            Unit(widths[0], shape.detail_width), nn.Conv2d(shape.detail_width, 4, 3, 1, 1)
        )
        self.spread = nn.PixelShuffle(2)
        self.label_head = nn.Linear(widths[-1], len(CLASSES))

    def forward(self, picture: Tensor) -> Prediction:
        """Everything that the losses need."""
        skips = []
        features = picture
        for stage in self.stages:
            features = stage(features)
            skips.append(features)
        deepest = self.context(features)
        features, coarse = deepest, deepest
        for lift, skip in zip(self.lifts, skips[-2::-1], strict=True):
            features = lift(features, skip)
            if skip is skips[2]:
                coarse = self.coarse_head(features)
        # The detail branch only corrects the coarse shape; alone it takes many epochs to find any shape.
        shape = functional.interpolate(coarse, scale_factor=4.0, mode="bilinear", align_corners=False)
        alpha = self.spread(self.detail(features) + shape)
        return Prediction(alpha, coarse, self.label_head(deepest.mean((2, 3))))


class Exported(nn.Module):
    """The net as served: a normalized picture in, alpha and class probabilities out."""

    def __init__(self, net: MattingNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Alpha in 0..1 at the size of the picture, and the probability of each class."""
        prediction = self.net(picture)
        return torch.sigmoid(prediction.alpha), torch.softmax(prediction.label, 1)
