"""ONNX matting models behind one call, so that ours and the larger one are measured alike."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from handler.inference.catalogue import InputForm, read_catalogue

Pixels: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float32]

MODELS = Path(__file__).resolve().parents[1]
LARGER = "isnet-general-use"

MEAN = 0.5
INPUT_SIDE_PX = 256
THREADS = 2


@dataclass(frozen=True)
class Prediction:
    """Alpha at the size of the picture, and class probabilities where the model gives them."""

    alpha: Floats
    classes: Floats | None


@dataclass(frozen=True)
class Predictor:
    """One model file and how it is fed and read."""

    session: onnxruntime.InferenceSession
    form: InputForm
    stretch_output: bool

    def predict(self, rgb: Pixels) -> Prediction:
        """The matte of a picture of any size."""
        height, width = rgb.shape[:2]
        outputs = self.raw(model_input(fitted(rgb, self.form)))
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


def fitted(rgb: Pixels, form: InputForm) -> Pixels:
    """The picture at the size that the model takes of it, as the service brings it there."""
    height, width = rgb.shape[:2]
    size = form.size_for(width, height)
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BILINEAR))


def model_input(rgb: Pixels) -> Floats:
    """RGB bytes as the planes of one picture, about zero."""
    return np.ascontiguousarray(rgb.transpose(2, 0, 1)[None].astype(np.float32) / 255 - MEAN)


def open_model(path: Path, threads: int = THREADS) -> onnxruntime.InferenceSession:
    """A session on a fixed number of threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def own_form(side_px: int) -> InputForm:
    """Ours: a picture keeps its shape, with sides that the net can halve five times."""
    return InputForm(side_px, side_px, (MEAN,) * 3, (1.0,) * 3, "inside", 32)


def small_model(path: Path, side_px: int) -> Predictor:
    """A model that this folder trained."""
    return Predictor(open_model(path), own_form(side_px), stretch_output=False)


def larger_model(path: Path) -> Predictor:
    """ISNet, fed and read as it is served."""
    row = next(spec for spec in read_catalogue(MODELS).specs if spec.name == LARGER)
    return Predictor(open_model(path), row.input, row.output.stretch)
