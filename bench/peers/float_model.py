"""The float32 file that rembg runs: the published network, all its outputs, in single precision."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from bench.peers.rembg import CACHE
from bench.peers.server import ROOT

HALF = "isnet-general-use-half"


def installed(name: str) -> Path:
    """Install a row's file beside the peers where it is not yet, and give it."""
    folder = CACHE / "isnet"
    installer = ROOT / "layers" / "onnx_models" / "install.py"
    subprocess.run([sys.executable, installer, "--only", name, "--dest", folder], check=True)
    return folder / f"{name}.onnx"


def float_model() -> Path:
    """The published weights, widened once."""
    half = installed(HALF)
    single = half.with_name("isnet-general-use-single.onnx")
    if not single.exists() or single.stat().st_mtime < half.stat().st_mtime:
        unfinished = single.with_suffix(".part")
        onnx.save(widened(onnx.load(half)), unfinished)
        unfinished.rename(single)
    return single


def widened(model: onnx.ModelProto) -> onnx.ModelProto:
    """
    The same network in single precision, and nothing else changed.

    The service prunes its own graph to the one output that is read. rembg's users have no such file,
    so what they wait for the other outputs belongs to the comparison.
    """
    graph = model.graph
    attributes = [attribute for node in graph.node for attribute in node.attribute]
    for tensor in [*graph.initializer, *(found.t for found in attributes if found.HasField("t"))]:
        if tensor.data_type == TensorProto.FLOAT16:
            values = numpy_helper.to_array(tensor).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    for value in [*graph.input, *graph.output]:
        if value.type.tensor_type.elem_type == TensorProto.FLOAT16:
            value.type.tensor_type.elem_type = TensorProto.FLOAT
    for node in graph.node:
        for attribute in node.attribute:
            if node.op_type == "Cast" and attribute.name == "to" and attribute.i == TensorProto.FLOAT16:
                attribute.i = TensorProto.FLOAT
    del graph.value_info[:]  # it still speaks of half precision
    return model
