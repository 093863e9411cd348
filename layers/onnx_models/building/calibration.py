"""Record activation ranges on one folder of photos, judge the int8 models that they give on another."""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from PIL import Image

from layers.onnx_models.building.graph import plain_float_model
from layers.onnx_models.building.judging import judge
from layers.onnx_models.building.obtaining import Workshop, default_cache, obtain
from layers.onnx_models.building.pictures import network_input, photos_in
from layers.onnx_models.building.progress import Progress
from layers.onnx_models.building.quantizing import int8_model
from layers.onnx_models.building.ranges import median_ranges, read_ranges, write_ranges
from layers.onnx_models.building.rows import BuildSource, InputForm, Row, read_rows
from layers.onnx_models.building.verdicts import processor_name

_FOLDER = Path(__file__).resolve().parents[1]


def main(words: list[str] | None = None) -> int:
    """Write the ranges file of a built row and print what its int8 models are worth."""
    arguments = _parser().parse_args(words)
    folder = arguments.rows.parent
    progress = Progress(sys.stderr)
    rows = read_rows(arguments.rows)
    row = rows.get(arguments.model)
    if row is None or not isinstance(row.source, BuildSource) or row.source.ranges is None:
        print(f"{arguments.model}: expected a row that is built from ranges", file=sys.stderr)
        return 2
    workshop = Workshop(rows, folder, arguments.cache, processor_name(), progress)
    model = plain_float_model(onnx.load(obtain(rows[row.source.material], workshop).path))
    ranges_path = folder / row.source.ranges
    _record(model, row, arguments.calibrate, ranges_path, progress)
    ranges = read_ranges(ranges_path)
    reference = model.SerializeToString()
    print(f"float32 {len(reference)} bytes, sha256 {hashlib.sha256(reference).hexdigest()}")
    for has_reduced_range in (False, True):
        candidate = int8_model(model, ranges, row.source.float_nodes, has_reduced_range=has_reduced_range)
        label = "int8-reduced" if has_reduced_range else "int8"
        print(f"{label} {len(candidate)} bytes, sha256 {hashlib.sha256(candidate).hexdigest()}")
        _print_judgement(label, reference, candidate, row, arguments.check, progress)
    return 0


def _record(model: onnx.ModelProto, row: Row, photos: list[Path], target: Path, progress: Progress) -> None:
    progress.start(f"ranges over {len(photos)} photos")
    inputs = _inputs(photos, row.input)
    write_ranges(target, median_ranges(model, inputs, lambda done: progress.advance(done, len(photos))))
    progress.finish()


def _print_judgement(
    label: str, reference: bytes, candidate: bytes, row: Row, photos: list[Path], progress: Progress
) -> None:
    progress.start(f"{label} against float on {len(photos)}")
    found = judge(
        reference, candidate, _inputs(photos, row.input), lambda done: progress.advance(done, len(photos))
    )
    progress.finish()
    print(
        f"{label}: mean difference {found.mean_difference:.4f} (worst {found.worst_difference:.4f}), "
        f"IoU {found.mean_iou:.4f} (worst {found.worst_iou:.4f})"
    )


def _inputs(photos: list[Path], form: InputForm) -> Iterator[NDArray[np.float32]]:
    for path in photos:
        with Image.open(path) as image:
            yield network_input(image, form)


def _photos(folder: str) -> list[Path]:
    photos = photos_in(Path(folder)) if Path(folder).is_dir() else []
    if not photos:
        raise argparse.ArgumentTypeError(f"expected a folder of photos, got {folder}")
    return photos


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="calibrate.py", description=main.__doc__)
    parser.add_argument(
        "--calibrate", type=_photos, metavar="DIR", required=True, help="photos to record activations of"
    )
    parser.add_argument(
        "--check", type=_photos, metavar="DIR", required=True, help="other photos, to judge the result on"
    )
    parser.add_argument("--model", default="isnet-general-use", help="the row to calibrate")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where fetched files are kept")
    parser.add_argument("--rows", type=Path, default=_FOLDER / "models.toml", help="another models.toml")
    return parser
