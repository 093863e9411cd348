"""Stand-ins that keep a port's promises without its backend."""

from dataclasses import dataclass

import numpy as np

from handler.domain.image import Bytes, Floats
from handler.domain.request import Quality
from handler.ports import MattingModel


@dataclass(frozen=True, slots=True)
class FakeModel:
    """A model that sees a disc in the middle of every picture, whatever it shows, with a soft rim."""

    label: str = "fake@000000000000"
    input_size: tuple[int, int] = (64, 64)
    radius: float = 0.3

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """The same for every shape."""
        return self.input_size

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha of the disc; the radius is a share of the side."""
        width, height = self.input_size
        assert rgb.shape == (height, width, 3)
        down, across = np.mgrid[0:height, 0:width]
        distance = np.hypot((across + 0.5) / width - 0.5, (down + 0.5) / height - 0.5)
        rim = 2 / max(width, height)
        alpha: Floats = np.clip((self.radius - distance) / rim + 0.5, 0, 1).astype(np.float32)
        return alpha


@dataclass(frozen=True, slots=True)
class TwoDiscs:
    """A model that sees two discs, one on the left and one on the right."""

    label: str = "discs@000000000000"
    input_size: tuple[int, int] = (64, 64)

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """The same for every shape."""
        return self.input_size

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha of both."""
        disc = FakeModel().predict(rgb)
        alpha: Floats = np.concatenate((disc[:, ::2], disc[:, ::2]), axis=1)
        return alpha


@dataclass(frozen=True, slots=True)
class OneModel:
    """A shelf with one model for everything."""

    model: MattingModel

    def label(self, _: Quality) -> str:
        """Whatever the quality."""
        return self.model.label

    def serving(self, _: Quality) -> MattingModel:
        """Whatever the quality."""
        return self.model
