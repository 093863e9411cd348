"""What the pipeline needs of a network."""

from typing import Protocol

from handler.domain.image import Bytes, Floats
from handler.domain.request import Quality


class ModelShelf(Protocol):
    """The models by the quality that they serve; several may be served by one."""

    def label(self, quality: Quality) -> str:
        """The label of the model that runs."""
        ...

    def serving(self, quality: Quality) -> "MattingModel":
        """The model."""
        ...


class MattingModel(Protocol):
    """
    A network that tells subject from background.

    `predict` takes the picture at exactly an `input_size_for` it and gives alpha 0..1 of that same size. It
    may be called by several threads at once, and raises ModelFailedError where its output is no matte.
    """

    @property
    def label(self) -> str:
        """Name and digest of what really runs, such as `isnet-general-use@0123456789ab`."""
        ...

    @property
    def input_size(self) -> tuple[int, int]:
        """Width and height of the largest picture that `predict` looks at."""
        ...

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """
        Width and height to which a picture of this size is to be brought for `predict`.

        A network that takes any size is shown one larger or smaller by the scale; another ignores it.
        """
        ...

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha of a height x width x 3 picture."""
        ...
