"""The range of every activation: recorded over photos once, committed, read at each install."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper

from layers.onnx_models.building.checked_files import whole_file

Ranges = dict[str, tuple[float, float]]
Floats = NDArray[np.float32]


def read_ranges(path: Path) -> Ranges:
    """The committed ranges by activation name."""
    table = json.loads(path.read_text(encoding="utf-8"))
    return {name: (float(low), float(high)) for name, (low, high) in table.items()}


def write_ranges(path: Path, ranges: Ranges) -> None:
    """One line an activation, six digits: more would be noise of the photos chosen."""
    lines = ",\n".join(
        f"{json.dumps(name)}: [{low:.6g}, {high:.6g}]" for name, (low, high) in sorted(ranges.items())
    )
    with whole_file(path) as file:
        file.write(f"{{\n{lines}\n}}\n".encode())


def median_ranges(model: onnx.ModelProto, inputs: Iterable[Floats], on_done: Callable[[int], None]) -> Ranges:
    """
    The median over photos of each activation's minimum, and of its maximum.

    Deep layers' maxima are heavy-tailed: a mean or an overall maximum lets a few photos stretch the
    range until everybody's values fall into a handful of steps, which ruins the masks.
    """
    names = _activations(model.graph)
    session = _recording_session(model, names)
    rows = []
    for number, pixels in enumerate(inputs, start=1):
        extremes = session.run(None, {model.graph.input[0].name: pixels})
        rows.append(np.array(extremes, dtype=np.float32).reshape(len(names), 2))
        on_done(number)
    medians = np.median(np.stack(rows), axis=0)
    if not np.isfinite(medians).all():
        raise ValueError("expected finite activations, got NaN or infinity")
    return {name: (float(low), float(high)) for name, (low, high) in zip(names, medians, strict=True)}


def _activations(graph: onnx.GraphProto) -> list[str]:
    return [graph.input[0].name, *(name for node in graph.node for name in node.output)]


def _recording_session(model: onnx.ModelProto, names: list[str]) -> onnxruntime.InferenceSession:
    recording = onnx.ModelProto()
    recording.CopyFrom(model)
    graph = recording.graph
    del graph.output[:]
    for name in names:
        for operator in ("ReduceMin", "ReduceMax"):
            extreme = f"{name}:{operator}"
            graph.node.append(helper.make_node(operator, [name], [extreme], keepdims=0))
            graph.output.append(helper.make_tensor_value_info(extreme, TensorProto.FLOAT, []))
    options = onnxruntime.SessionOptions()
    # A fused operator would swallow the activation whose range is asked for.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(
        recording.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
