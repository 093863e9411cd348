"""What the pipeline needs of a network."""

from typing import Protocol

from handler.domain.image import Bytes, Floats


class MattingModel(Protocol):
    """
    A network that tells subject from background.

    `predict` takes the picture at exactly `input_size` and gives alpha 0..1 of that same size. It may
    be called by several threads at once, and raises ModelFailedError where its output is no matte.
    """

    @property
    def label(self) -> str:
        """Name and digest of what really runs, such as `isnet-general-use@0123456789ab`."""
        ...

    @property
    def input_size(self) -> tuple[int, int]:
        """Width and height that `predict` wants."""
        ...

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha of a height x width x 3 picture."""
        ...
