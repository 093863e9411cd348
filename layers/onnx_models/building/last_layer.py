"""The convolution that stays in float, reading the bytes before it as they lie."""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from layers.onnx_models.building.graph import put_nodes

_KERNEL = 3
# What int8 holds on either side of zero, and what seven bits do.
_MOST, _MOST_REDUCED = 127, 64


def without_unpacking(model: bytes, float_nodes: tuple[str, ...], *, has_reduced_range: bool) -> bytes:
    """
    The quantized model with its float convolutions of one channel taken apart.

    As quantized, all channels of the bytes before one are turned into floats and moved to another layout,
    which costs more than the sum that is made of them. Apart, one product of bytes gives what they add at
    each place of the kernel, in float, and a second convolution over those few planes puts these together.
    """
    parsed = onnx.load_from_string(model)
    for name in float_nodes:
        _take_apart(parsed.graph, name, _MOST_REDUCED if has_reduced_range else _MOST)
    return bytes(parsed.SerializeToString())


def _take_apart(graph: onnx.GraphProto, name: str, most: int) -> None:
    makers = {node.output[0]: node for node in graph.node}
    weights = {tensor.name: tensor for tensor in graph.initializer}
    conv = next(node for node in graph.node if node.name == name)
    unpacked = makers[conv.input[0]]
    moved = makers[unpacked.input[0]]
    if (unpacked.op_type, moved.op_type) != ("DequantizeLinear", "Transpose"):
        return
    places, scales = _by_place(numpy_helper.to_array(weights[conv.input[1]]), most)
    constants: dict[str, NDArray[Any]] = {
        f"{name}/places": places,
        f"{name}/scales": scales,
        f"{name}/zeros": np.zeros(len(scales), np.int8),
        f"{name}/spread": _spread(),
    }
    graph.initializer.extend(numpy_helper.from_array(value, key) for key, value in constants.items())
    byte_scale, byte_zero = unpacked.input[1:]
    product = [moved.input[0], f"{name}/places", byte_scale, f"{name}/scales", byte_zero, f"{name}/zeros"]
    apart = [
        helper.make_node("MatMulIntegerToFloat", product, [f"{name}/rows"], domain="com.microsoft"),
        helper.make_node("Transpose", [f"{name}/rows"], [f"{name}/planes"], perm=[0, 3, 1, 2]),
        helper.make_node(
            "Conv",
            [f"{name}/planes", f"{name}/spread", *conv.input[2:]],
            [conv.output[0]],
            name=name,
            kernel_shape=[_KERNEL, _KERNEL],
            pads=[_KERNEL // 2] * 4,
        ),
    ]
    replaced = (conv.output[0], unpacked.output[0], moved.output[0])
    kept = [node for node in graph.node if node.output[0] not in replaced]
    after = next(index for index, node in enumerate(kept) if conv.output[0] in node.input)
    put_nodes(graph, [*kept[:after], *apart, *kept[after:]])
    graph.initializer.remove(weights[conv.input[1]])


def _by_place(weight: NDArray[np.float32], most: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Channels by places of the kernel in int8, and the scale of each place."""
    columns = weight.reshape(weight.shape[1], _KERNEL * _KERNEL)
    scales = (np.abs(columns).max(axis=0) / np.float32(most)).astype(np.float32)
    return np.rint(columns / scales).astype(np.int8), scales


def _spread() -> NDArray[np.float32]:
    """Weights that take each plane from its own place and from no other."""
    return np.eye(_KERNEL * _KERNEL, dtype=np.float32).reshape(1, _KERNEL * _KERNEL, _KERNEL, _KERNEL)
