"""The convolution that stays in float, taken apart."""

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from layers.onnx_models.building.quantizing import int8_model, optimised, quantized
from layers.onnx_models.building.ranges import Ranges, median_ranges
from tests.networks import network

SIDE = 16
LAST = "/last"


def two_convolutions() -> onnx.ModelProto:
    """A network that ends as ISNet does: one channel of many, twice as large, in 0..1."""
    random = np.random.default_rng(3)
    weights = [
        numpy_helper.from_array((random.normal(size=shape) / 4).astype(np.float32), name)
        for name, shape in (("first", (8, 3, 3, 3)), ("last", (1, 8, 3, 3)), ("bias", (1,)))
    ]
    weights.append(numpy_helper.from_array(np.array([1, 1, 2, 2], dtype=np.float32), "twice"))
    nodes = [
        helper.make_node("Conv", ["picture", "first"], ["low"], name="/first", pads=[1] * 4),
        helper.make_node("Relu", ["low"], ["seen"]),
        helper.make_node("Conv", ["seen", "last", "bias"], ["half"], name=LAST, pads=[1] * 4),
        helper.make_node("Resize", ["half", "", "twice"], ["logits"], mode="linear"),
        helper.make_node("Sigmoid", ["logits"], ["alpha"]),
    ]
    sides: list[int | str] = [1, 3, "height", "width"]
    return network(nodes, {"picture": sides}, {"alpha": [1, 1, "tall", "wide"]}, weights)


MODEL = two_convolutions()


def pictures() -> list[NDArray[np.float32]]:
    """Four random ones, wider than high."""
    random = np.random.default_rng(11)
    return [random.uniform(-0.5, 0.5, (1, 3, SIDE, 2 * SIDE)).astype(np.float32) for _ in range(4)]


def ranges() -> Ranges:
    """Those of the pictures."""
    return median_ranges(MODEL, pictures(), lambda _: None)


def logits(model: bytes, pixels: NDArray[np.float32]) -> NDArray[np.float64]:
    """What the sigmoid made the answer of."""
    options = onnxruntime.SessionOptions()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    alpha = session.run(None, {"picture": pixels})[0].astype(np.float64)
    return np.asarray(np.log(alpha / (1 - alpha)))


def kinds(model: bytes) -> list[str]:
    """The operators in order."""
    return [node.op_type for node in onnx.load_from_string(model).graph.node]


@pytest.mark.parametrize(("has_reduced_range", "most"), [(False, 0.02), (True, 0.04)])
def test_the_parts_sum_to_what_the_convolution_gave(*, has_reduced_range: bool, most: float) -> None:
    """Borders too; what differs is the rounding of its weights to eight bits, or to seven."""
    whole = optimised(quantized(MODEL, ranges(), (LAST,), has_reduced_range=has_reduced_range))
    apart = int8_model(MODEL, ranges(), (LAST,), has_reduced_range=has_reduced_range)
    for pixels in pictures():
        expected = logits(whole, pixels)
        difference = np.abs(logits(apart, pixels) - expected)
        assert difference.max() < most * np.abs(expected).max()


def test_nothing_is_unpacked_before_the_product() -> None:
    """Of all channels no float copy is made, and its own weights are gone from the file."""
    whole = optimised(quantized(MODEL, ranges(), (LAST,), has_reduced_range=False))
    apart = int8_model(MODEL, ranges(), (LAST,), has_reduced_range=False)
    assert "DequantizeLinear" in kinds(whole)
    assert kinds(apart)[-5:] == ["MatMulIntegerToFloat", "Transpose", "Conv", "Resize", "Sigmoid"]
    assert "DequantizeLinear" not in kinds(apart)
    assert "last" not in {weight.name for weight in onnx.load_from_string(apart).graph.initializer}


def test_a_network_without_float_convolutions_is_left_as_it_is() -> None:
    """Nothing is named, nothing changes."""
    whole = optimised(quantized(MODEL, ranges(), (), has_reduced_range=False))
    assert int8_model(MODEL, ranges(), (), has_reduced_range=False) == whole
