"""Graph surgery and quantization on a network small enough to be read."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from layers.onnx_models.building.graph import GraphError, plain_float_model
from layers.onnx_models.building.quantizing import quantized
from layers.onnx_models.building.ranges import median_ranges
from tests.networks import half_precision_network, network

SIDE = 16


def inputs(count: int) -> list[NDArray[np.float32]]:
    """As many random pictures as network inputs."""
    random = np.random.default_rng(11)
    return [random.uniform(-0.5, 0.5, (1, 3, SIDE, SIDE)).astype(np.float32) for _ in range(count)]


def run(model: onnx.ModelProto | bytes, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The model's first output."""
    data = model if isinstance(model, bytes) else model.SerializeToString()
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    alpha: NDArray[np.float32] = session.run(None, {"picture": pixels})[0]
    return alpha


def test_the_plain_model_answers_as_the_published_one() -> None:
    """Half precision weights in single precision arithmetic give the same masks to rounding."""
    published = half_precision_network(SIDE)
    pixels = inputs(1)[0]
    np.testing.assert_allclose(run(plain_float_model(published), pixels), run(published, pixels), atol=2e-3)


def test_the_plain_model_has_no_casts_no_arithmetic_on_shapes_and_one_output() -> None:
    """What is left is what is computed, under the public names of the ends."""
    graph = plain_float_model(half_precision_network(SIDE)).graph
    assert [node.op_type for node in graph.node] == ["Conv", "Relu", "Resize", "Conv", "Sigmoid"]
    assert [value.name for value in graph.input] == ["picture"]
    assert [value.name for value in graph.output] == ["alpha"]


def test_the_plain_model_drops_weights_that_nothing_reaches() -> None:
    """The second output's weight goes with it, and no weight stays in half precision."""
    weights = plain_float_model(half_precision_network(SIDE)).graph.initializer
    assert "side_weight" not in {weight.name for weight in weights}
    assert {weight.data_type for weight in weights} == {TensorProto.FLOAT}


def test_surgery_leaves_the_published_model_as_it_was() -> None:
    """It works on a copy."""
    published = half_precision_network(SIDE)
    before = published.SerializeToString()
    plain_float_model(published)
    assert published.SerializeToString() == before


def test_the_plain_model_takes_pictures_of_any_size() -> None:
    """Published for squares alone, it answers a wide picture with a wide matte, and squares as before."""
    model = plain_float_model(half_precision_network(SIDE))
    wide = np.concatenate([inputs(1)[0], inputs(1)[0]], axis=3)
    alpha = run(model, wide)
    assert alpha.shape == (1, 1, SIDE, 2 * SIDE)
    # Away from the seam and the borders each half is what the square alone gives.
    inner = np.s_[..., 4 : SIDE - 4]
    np.testing.assert_allclose(alpha[inner], run(model, inputs(1)[0])[inner], atol=1e-6)


@pytest.mark.parametrize("target", [(1, 3, 24, 24), ("any", 3, "height", "width")])
def test_a_resize_by_anything_but_whole_numbers_is_refused(target: tuple[int | str, ...]) -> None:
    """Sizes that no constant factor gives would come out wrong in pictures of another size."""
    sides: list[int | str] = [SIDE if isinstance(side, int) and side > 3 else side for side in target]
    sizes = onnx.numpy_helper.from_array(np.array([1, 3, 24, 24], dtype=np.int64), "sizes")
    nodes = [helper.make_node("Resize", ["picture", "", "", "sizes"], ["alpha"], name="/up", mode="linear")]
    model = network(nodes, {"picture": sides}, {"alpha": list(target)}, [sizes])
    with pytest.raises(GraphError, match="/up: expected to enlarge by whole numbers"):
        plain_float_model(model)


def test_a_range_is_the_median_over_pictures_not_the_extreme() -> None:
    """One wild picture among five leaves every range nearly as it was."""
    model = plain_float_model(half_precision_network(SIDE))
    pictures = inputs(5)
    calm = median_ranges(model, pictures, lambda _: None)
    wild = median_ranges(model, [*pictures[:4], pictures[4] * 1000], lambda _: None)
    low, high = calm["picture"]
    assert (low, high) == pytest.approx((-0.5, 0.5), abs=0.01)
    assert wild["picture"] == pytest.approx((low, high), abs=0.01)
    assert wild.keys() == calm.keys() == {"picture", *(node.output[0] for node in model.graph.node)}


def test_a_range_that_is_no_number_is_refused() -> None:
    """A poisoned picture must not become a committed file."""
    model = plain_float_model(half_precision_network(SIDE))
    poisoned = np.full((1, 3, SIDE, SIDE), np.nan, dtype=np.float32)
    with pytest.raises(ValueError, match="expected finite activations"):
        median_ranges(model, [poisoned], lambda _: None)


@pytest.mark.parametrize("has_reduced_range", [False, True])
def test_the_quantized_model_answers_as_the_float_one(*, has_reduced_range: bool) -> None:
    """Steps of a 256th or a 128th show as hundredths at most on so small a network."""
    model = plain_float_model(half_precision_network(SIDE))
    pictures = inputs(6)
    ranges = median_ranges(model, pictures, lambda _: None)
    small = quantized(model, ranges, (), has_reduced_range=has_reduced_range)
    assert any(node.op_type == "QuantizeLinear" for node in onnx.load_from_string(small).graph.node)
    for pixels in pictures:
        assert np.abs(run(small, pixels) - run(model, pixels)).mean() < 0.02


def test_a_reduced_range_spends_seven_bits_on_a_weight() -> None:
    """What is left free is what sums may not overflow into."""
    model = plain_float_model(half_precision_network(SIDE))
    ranges = median_ranges(model, inputs(2), lambda _: None)
    most = {
        has_reduced_range: max(
            int(np.abs(onnx.numpy_helper.to_array(weight).astype(int)).max())
            for weight in onnx.load_from_string(
                quantized(model, ranges, (), has_reduced_range=has_reduced_range)
            ).graph.initializer
            if weight.data_type == TensorProto.INT8 and len(weight.dims) == 4
        )
        for has_reduced_range in (False, True)
    }
    assert most == {False: 127, True: 64}


def test_named_nodes_stay_in_float() -> None:
    """The last convolution keeps its weight as it was."""
    model = plain_float_model(half_precision_network(SIDE))
    ranges = median_ranges(model, inputs(2), lambda _: None)
    small = onnx.load_from_string(quantized(model, ranges, ("/last",), has_reduced_range=False))
    kept = {weight.name for weight in small.graph.initializer if weight.data_type == TensorProto.FLOAT}
    assert "last" in kept
    assert "first" not in kept


def test_two_processes_quantize_to_the_same_bytes() -> None:
    """Nothing of hashing, time or place gets into the file."""
    program = (
        "import hashlib\n"
        "from layers.onnx_models.building.graph import plain_float_model\n"
        "from layers.onnx_models.building.quantizing import quantized\n"
        "from tests.networks import half_precision_network\n"
        "model = plain_float_model(half_precision_network(16))\n"
        "names = ['picture', *(node.output[0] for node in model.graph.node)]\n"
        "data = quantized(model, dict.fromkeys(names, (-1.0, 1.0)), (), has_reduced_range=False)\n"
        "print(hashlib.sha256(model.SerializeToString() + data).hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            text=True,
            env={"PATH": os.defpath, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    assert len(digests.pop().strip()) == hashlib.sha256().digest_size * 2
