"""The float32 network that the peers are given."""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from bench.peers.float_model import widened


def half_model() -> onnx.ModelProto:
    """A network that works in half precision between casts, as the published one does."""
    third = numpy_helper.from_array(np.array([1 / 3], np.float16), "third")
    nodes = [
        helper.make_node("Cast", ["whole"], ["halved"], to=TensorProto.FLOAT16),
        helper.make_node("Mul", ["halved", "third"], ["product"]),
        helper.make_node("Cast", ["product"], ["answer"], to=TensorProto.FLOAT),
        helper.make_node("Add", ["product", "third"], ["side"]),
    ]
    graph = helper.make_graph(
        nodes,
        "half",
        [helper.make_tensor_value_info("whole", TensorProto.FLOAT, [1])],
        [
            helper.make_tensor_value_info("answer", TensorProto.FLOAT, [1]),
            helper.make_tensor_value_info("side", TensorProto.FLOAT16, [1]),
        ],
        [third],
        value_info=[helper.make_tensor_value_info("product", TensorProto.FLOAT16, [1])],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_a_widened_network_computes_in_single_precision() -> None:
    """Its sums are float32's on the same weights, and it keeps every output."""
    session = onnxruntime.InferenceSession(widened(half_model()).SerializeToString())

    whole = np.array([1.001], np.float32)
    answer, side = session.run(None, {"whole": whole})

    third = np.float32(np.float16(1 / 3))
    assert (answer.dtype, side.dtype) == (np.float32, np.float32)
    assert answer[0] == whole[0] * third
    assert side[0] == whole[0] * third + third
