"""The published graph made plain: single precision, one output, no shape arithmetic, any size of picture."""

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper, shape_inference

_FLOAT_TYPES = frozenset({TensorProto.FLOAT, TensorProto.FLOAT16})


class GraphError(Exception):
    """The graph is not of the form that this surgery knows."""


def plain_float_model(source: onnx.ModelProto) -> onnx.ModelProto:
    """The same network in single precision, with its first output only, for pictures of any size."""
    model = onnx.ModelProto()
    model.CopyFrom(source)
    _widen_weights(model.graph)
    # The other outputs are training's side views; ONNX Runtime computes them even when nobody asks.
    del model.graph.output[1:]
    _join_float_casts(model.graph)
    _scale_resizes(model)
    _free_sides(model.graph)
    _drop_unreached(model.graph)
    onnx.checker.check_model(model, full_check=True)
    return model


def _widen_weights(graph: onnx.GraphProto) -> None:
    tensors = [attribute.t for node in graph.node for attribute in node.attribute if attribute.HasField("t")]
    for tensor in [*graph.initializer, *tensors]:
        if tensor.data_type == TensorProto.FLOAT16:
            values = numpy_helper.to_array(tensor).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))


def _join_float_casts(graph: onnx.GraphProto) -> None:
    """Take out the casts between float types, which change nothing once all is single precision."""
    renamed = {node.output[0]: node.input[0] for node in graph.node if _is_float_cast(node)}
    # An output keeps its public name, so there the node before the cast is renamed instead.
    public = {value.name: _origin(value.name, renamed) for value in graph.output}
    names = {origin: name for name, origin in public.items()}
    kept = [node for node in graph.node if not _is_float_cast(node)]
    for node in kept:
        for ends in (node.input, node.output):
            for index, name in enumerate(ends):
                origin = _origin(name, renamed)
                ends[index] = names.get(origin, origin)
    put_nodes(graph, kept)


def _is_float_cast(node: onnx.NodeProto) -> bool:
    return node.op_type == "Cast" and node.attribute[0].i in _FLOAT_TYPES


def _origin(name: str, renamed: dict[str, str]) -> str:
    while name in renamed:
        name = renamed[name]
    return name


def _scale_resizes(model: onnx.ModelProto) -> None:
    """Write by how much every Resize enlarges, instead of to what size."""
    del model.graph.value_info[:]  # as published they still speak of half precision
    inferred = shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph
    shapes = {
        value.name: [dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
        for value in [*inferred.value_info, *inferred.input, *inferred.output]
    }
    for node in model.graph.node:
        if node.op_type == "Resize":
            source, target = shapes[node.input[0]], shapes[node.output[0]]
            if not all(source) or any(longer % side for longer, side in zip(target, source, strict=True)):
                raise GraphError(
                    f"{node.name}: expected to enlarge by whole numbers, got {source} to {target}"
                )
            factors = np.floor_divide(target, source).astype(np.float32)
            scales = numpy_helper.from_array(factors, f"{node.output[0]}_scales")
            model.graph.initializer.append(scales)
            node.input[:] = [node.input[0], "", scales.name]


def _free_sides(graph: onnx.GraphProto) -> None:
    """Leave height and width of the picture and of its matte open."""
    for value in [*graph.input, *graph.output]:
        for dimension, name in zip(value.type.tensor_type.shape.dim[2:], ("height", "width"), strict=True):
            dimension.dim_param = name


def _drop_unreached(graph: onnx.GraphProto) -> None:
    wanted = {value.name for value in graph.output}
    kept = []
    for node in reversed(graph.node):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            kept.append(node)
    put_nodes(graph, kept[::-1])
    weights = [tensor for tensor in graph.initializer if tensor.name in wanted]
    del graph.initializer[:]
    graph.initializer.extend(weights)


def put_nodes(graph: onnx.GraphProto, nodes: list[onnx.NodeProto]) -> None:
    """Make these its nodes, of which some may be its own already."""
    copies = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(copies)
