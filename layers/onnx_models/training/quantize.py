"""
Static int8 for the exported net: `python -m layers.onnx_models.training.quantize --work DIR --out FILE`.

Activations are unsigned and weights signed per channel, which ONNX Runtime runs fastest. Ranges are running
means of each calibration photo's own extremes: single outliers do not widen them. The layers that make the
final logits stay in float, because eight bits there would show as steps in soft edges.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from layers.onnx_models.training.augmentation import photo_sample
from layers.onnx_models.training.compositing import Stock
from layers.onnx_models.training.places import add_places, places_from
from layers.onnx_models.training.predictors import INPUT_SIDE_PX, fitted, model_input, own_form
from layers.onnx_models.training.sources import Split
from layers.onnx_models.training.stocking import stock_of

CALIBRATION_PHOTOS = 96
CALIBRATION_SEED = 11
QUANTIZED_OPERATORS = ("Conv", "Relu", "Add", "Resize")
FLOAT_LAYERS = ("coarse_head", "/detail/detail.1", "context", "label_head")


def calibration_pictures(stock: Stock) -> Iterator[NDArray[np.float32]]:
    """Training photos as the net takes them."""
    rng = np.random.default_rng(CALIBRATION_SEED)
    for index in rng.choice(stock.photo_indices, CALIBRATION_PHOTOS, replace=False):
        yield model_input(fitted(photo_sample(stock, int(index)).rgb, own_form(INPUT_SIDE_PX)))


class Calibration(CalibrationDataReader):  # type: ignore[misc]
    """Hands the calibration pictures to the quantizer, one at a time."""

    def __init__(self, pictures: Iterator[NDArray[np.float32]]) -> None:
        self._pictures = pictures

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next picture, or nothing."""
        picture = next(self._pictures, None)
        return None if picture is None else {"picture": picture}


def float_nodes(model: onnx.ModelProto) -> list[str]:
    """The nodes that make the final logits and the class, and everything after the shape meets the detail."""
    named = [node.name for node in model.graph.node if any(layer in node.name for layer in FLOAT_LAYERS)]
    shape = {output for node in model.graph.node if "coarse_head" in node.name for output in node.output}
    spread = [node for node in model.graph.node if shape & set(node.input)]
    reached = {output for node in spread for output in node.output}
    joined = [node.name for node in model.graph.node if reached & set(node.input)]
    return named + [node.name for node in spread] + joined


def quantize(source: Path, target: Path, pictures: Iterator[NDArray[np.float32]]) -> None:
    """Write the int8 form of the model."""
    options: dict[str, Any] = {"CalibMovingAverage": True, "CalibMovingAverageConstant": 0.05}
    with tempfile.TemporaryDirectory() as folder:
        folded = Path(folder) / "folded.onnx"
        quant_pre_process(source, folded, skip_symbolic_shape=True)
        quantize_static(
            folded,
            target,
            Calibration(pictures),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(QUANTIZED_OPERATORS),
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=float_nodes(onnx.load(folded)),
            extra_options=options,
        )


def main() -> None:
    """Quantize the exported model."""
    parser = add_places(argparse.ArgumentParser(description=__doc__))
    parser.add_argument("--out", type=Path, default=Path("layers/onnx_models/clearcut-small.onnx"))
    arguments = parser.parse_args()
    places = places_from(arguments)
    stock = stock_of(places, Split.TRAIN)
    quantize(places.float_model, arguments.out, calibration_pictures(stock))
    print(f"{arguments.out}: {arguments.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
