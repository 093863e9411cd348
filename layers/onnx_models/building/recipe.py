"""One built model from its material: made plain, quantized, checked against the recorded digest, judged."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import onnx

from layers.onnx_models.building.checked_files import DigestMismatchError
from layers.onnx_models.building.graph import plain_float_model
from layers.onnx_models.building.judging import Judgement, judge
from layers.onnx_models.building.pictures import judging_pictures, network_input
from layers.onnx_models.building.progress import Progress
from layers.onnx_models.building.quantizing import int8_model
from layers.onnx_models.building.ranges import read_ranges
from layers.onnx_models.building.rows import BuildSource, Row, RowError


@dataclass(frozen=True)
class Built:
    """A model's bytes, and for int8 how near its masks are to the float model's."""

    data: bytes
    judgement: Judgement | None


def build(row: Row, source: BuildSource, material: Path, folder: Path, progress: Progress) -> Built:
    """Make the row's model; `folder` holds the committed ranges."""
    progress.start(f"{row.name}: plain float graph")
    model = plain_float_model(onnx.load(material))
    reference = model.SerializeToString()
    progress.finish()
    if source.precision == "float32":
        _require_recorded_bytes(row, reference)
        return Built(reference, None)
    candidate = _quantize(row, source, model, folder, progress)
    _require_recorded_bytes(row, candidate)
    return Built(candidate, _judge(row, reference, candidate, progress))


def _quantize(
    row: Row, source: BuildSource, model: onnx.ModelProto, folder: Path, progress: Progress
) -> bytes:
    if source.ranges is None:
        raise RowError(f"{row.name}: expected a ranges file for {source.precision}, got none")
    progress.start(f"{row.name}: quantizing")
    candidate = int8_model(
        model,
        read_ranges(folder / source.ranges),
        source.float_nodes,
        has_reduced_range=source.precision == "int8-reduced",
    )
    progress.finish()
    return candidate


def _require_recorded_bytes(row: Row, data: bytes) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != row.sha256:
        raise DigestMismatchError(
            row.file,
            f"sha256 {row.sha256}",
            found,
            "the recorded bytes come from the onnx and onnxruntime of requirements/",
        )


def _judge(row: Row, reference: bytes, candidate: bytes, progress: Progress) -> Judgement:
    pictures = judging_pictures()
    progress.start(f"{row.name}: against float")
    inputs = (network_input(picture, row.input) for picture in pictures)
    found = judge(reference, candidate, inputs, lambda done: progress.advance(done, len(pictures)))
    progress.finish()
    return found
