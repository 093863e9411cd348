"""ONNX matting models behind one call, so that ours and the larger one are measured alike."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

Pixels: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float32]

MEAN = 0.5
INPUT_SIDE_PX = 256
SIDE_MULTIPLE = 32
THREADS = 2


class Fit(StrEnum):
    """How a picture is brought to the size of the model."""

    STRETCH = "stretch"
    INSIDE = "inside"


@dataclass(frozen=True)
class Prediction:
    """Alpha at the size of the picture, and class probabilities where the model gives them."""

    alpha: Floats
    classes: Floats | None


@dataclass(frozen=True)
class Predictor:
    """One model file and how it is fed and read."""

    session: onnxruntime.InferenceSession
    side_px: int
    fit: Fit
    stretch_output: bool

    def predict(self, rgb: Pixels) -> Prediction:
        """The matte of a picture of any size."""
        height, width = rgb.shape[:2]
        outputs = self.raw(model_input(fitted(rgb, self.side_px, self.fit)))
        alpha = outputs[0][0, 0]
        if self.stretch_output:
            alpha = (alpha - alpha.min()) / max(float(alpha.max() - alpha.min()), 1e-6)
        full = Image.fromarray(alpha).resize((width, height), Image.Resampling.BILINEAR)
        return Prediction(
            np.asarray(full, np.float32).clip(0, 1), outputs[1][0] if len(outputs) > 1 else None
        )

    def raw(self, planes: Floats) -> list[Floats]:
        """The outputs of the graph for an input that is ready."""
        outputs: list[Floats] = self.session.run(None, {self.session.get_inputs()[0].name: planes})
        return outputs


def fitted(rgb: Pixels, side_px: int, fit: Fit) -> Pixels:
    """The picture squeezed to a square, or inside one with sides that the net can halve five times."""
    height, width = rgb.shape[:2]
    size = (side_px, side_px)
    if fit is Fit.INSIDE:
        scale = side_px / max(height, width)
        size = (_whole(width * scale), _whole(height * scale))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BILINEAR))


def _whole(side: float) -> int:
    return max(SIDE_MULTIPLE, round(side / SIDE_MULTIPLE) * SIDE_MULTIPLE)


def model_input(rgb: Pixels) -> Floats:
    """RGB bytes as the planes of one picture, about zero."""
    return np.ascontiguousarray(rgb.transpose(2, 0, 1)[None].astype(np.float32) / 255 - MEAN)


def open_model(path: Path, threads: int = THREADS) -> onnxruntime.InferenceSession:
    """A session on a fixed number of threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def small_model(path: Path, side_px: int, fit: Fit) -> Predictor:
    """A model that this folder trained."""
    return Predictor(open_model(path), side_px, fit, stretch_output=False)


def larger_model(path: Path) -> Predictor:
    """ISNet, the teacher: a stretched square of 1024, its darkest and brightest cells taken as 0 and 1."""
    return Predictor(open_model(path), 1024, Fit.STRETCH, stretch_output=True)
