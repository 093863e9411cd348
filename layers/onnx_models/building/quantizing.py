"""Static quantization to int8, from committed ranges: the same bytes wherever it is done."""

import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.calibrate import TensorsData, save_tensors_data
from onnxruntime.quantization.quant_utils import add_pre_process_metadata

from layers.onnx_models.building.last_layer import without_unpacking
from layers.onnx_models.building.ranges import Ranges

# All that lies between the convolutions too, so that no tensor goes back to float on its way.
_OPERATORS = ["Conv", "Relu", "MaxPool", "Resize", "Concat", "Add"]


def int8_model(
    model: onnx.ModelProto, ranges: Ranges, float_nodes: tuple[str, ...], *, has_reduced_range: bool
) -> bytes:
    """The serialized int8 model as it is served; the same bytes wherever it is made."""
    data = optimised(quantized(model, ranges, float_nodes, has_reduced_range=has_reduced_range))
    return without_unpacking(data, float_nodes, has_reduced_range=has_reduced_range)


def quantized(
    model: onnx.ModelProto, ranges: Ranges, float_nodes: tuple[str, ...], *, has_reduced_range: bool
) -> bytes:
    """The serialized int8 model; a reduced range spends seven bits on a weight instead of eight."""
    prepared = onnx.ModelProto()
    prepared.CopyFrom(model)
    add_pre_process_metadata(prepared)  # our own surgery did what the quantizer would advise to do first
    with tempfile.TemporaryDirectory(prefix="clearcut-quantize-") as name:
        folder = Path(name)
        save_tensors_data(_tensors_data(ranges), folder / "ranges.json")
        onnx.save(prepared, folder / "float.onnx")
        quantize_static(
            folder / "float.onnx",
            folder / "int8.onnx",
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=_OPERATORS,
            per_channel=True,
            reduce_range=has_reduced_range,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=list(float_nodes),
            calibration_cache_path=folder / "ranges.json",
        )
        return (folder / "int8.onnx").read_bytes()


def optimised(model: bytes) -> bytes:
    """The same model after what the runtime would do to it at every start: fused, channels last."""
    options = onnxruntime.SessionOptions()
    # It warns that the file is for this processor. With the one transformer left out that knows of
    # processors, it is not: emulated ones, from SSE4 up, write the same bytes.
    options.log_severity_level = 3
    with tempfile.TemporaryDirectory(prefix="clearcut-optimise-") as name:
        path = Path(name) / "ready.onnx"
        options.optimized_model_filepath = str(path)
        onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"], disabled_optimizers=["NchwcTransformer"]
        )
        return path.read_bytes()


def _tensors_data(ranges: Ranges) -> TensorsData:
    return TensorsData(
        CalibrationMethod.MinMax,
        {name: (np.float32(low), np.float32(high)) for name, (low, high) in ranges.items()},
    )
