"""Tiny ONNX networks, made where they are needed."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

# ONNX Runtime of any age the service allows reads these.
OPSET, IR = 15, 8


def brightness_network(side: int | str = 8, *, gain: float = 1.0, offset: float = 0.0) -> onnx.ModelProto:
    """Alpha is the mean of the channels times a gain plus an offset; `side` may be a name for any size."""
    weights = numpy_helper.from_array(np.full((1, 3, 1, 1), gain / 3, dtype=np.float32), "weights")
    bias = numpy_helper.from_array(np.array([offset], dtype=np.float32), "bias")
    node = helper.make_node(
        "Conv", ["picture", "weights", "bias"], ["alpha"], name="/mean", kernel_shape=[1, 1]
    )
    return network([node], {"picture": [1, 3, side, side]}, {"alpha": [1, 1, side, side]}, [weights, bias])


def network(
    nodes: list[onnx.NodeProto],
    inputs: Mapping[str, list[int | str]],
    outputs: Mapping[str, list[int | str]],
    weights: list[onnx.TensorProto],
) -> onnx.ModelProto:
    """A checked model of these nodes, single precision at its ends."""
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
    onnx.checker.check_model(model, full_check=True)
    return model


def half_precision_network(side: int = 16) -> onnx.ModelProto:
    """
    A network as half-precision converters publish them.

    Casts at both ends and around a Resize, whose size is arithmetic on shapes; a second output that
    nobody needs, with a node and a weight of its own.
    """
    random = np.random.default_rng(5)
    weights = [
        half(random.normal(size=(4, 3, 3, 3)) / 4, "first"),
        half(random.normal(size=(1, 4, 3, 3)) / 4, "last"),
        half(random.normal(size=(1, 4, 1, 1)), "side_weight"),
        numpy_helper.from_array(np.array([1, 4], dtype=np.int64), "channels"),
        *(
            numpy_helper.from_array(np.array([value], dtype=np.int64), name)
            for name, value in (("from", 2), ("to", 4))
        ),
    ]
    nodes = [
        cast("picture", "picture_half", TensorProto.FLOAT16),
        conv("picture_half", "first", "low", "/first", stride=2),
        helper.make_node("Relu", ["low"], ["low_relu"]),
        cast("low_relu", "low_single", TensorProto.FLOAT),
        helper.make_node("Shape", ["picture"], ["shape"]),
        helper.make_node("Slice", ["shape", "from", "to"], ["sides"]),
        helper.make_node("Concat", ["channels", "sides"], ["sizes"], axis=0),
        helper.make_node("Resize", ["low_single", "", "", "sizes"], ["high_single"], mode="linear"),
        cast("high_single", "high", TensorProto.FLOAT16),
        conv("high", "last", "logits", "/last"),
        helper.make_node("Sigmoid", ["logits"], ["alpha_half"]),
        cast("alpha_half", "alpha", TensorProto.FLOAT),
        helper.make_node("Conv", ["high", "side_weight"], ["side_half"], name="/side", kernel_shape=[1, 1]),
        cast("side_half", "side", TensorProto.FLOAT),
    ]
    ends: list[int | str] = [1, 1, side, side]
    return network(nodes, {"picture": [1, 3, side, side]}, {"alpha": ends, "side": ends}, weights)


def half(values: NDArray[Any], name: str) -> onnx.TensorProto:
    """A weight in half precision."""
    return numpy_helper.from_array(values.astype(np.float16), name)


def cast(before: str, after: str, to: int) -> onnx.NodeProto:
    """A cast between float types."""
    return helper.make_node("Cast", [before], [after], to=to)


def conv(before: str, weight: str, after: str, name: str, *, stride: int = 1) -> onnx.NodeProto:
    """A 3 x 3 convolution that keeps the size but for its stride."""
    return helper.make_node(
        "Conv", [before, weight], [after], name=name, kernel_shape=[3, 3], pads=[1] * 4, strides=[stride] * 2
    )


def saved(model: onnx.ModelProto, path: Path) -> str:
    """Write the model and give its SHA-256."""
    data = model.SerializeToString()
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()
