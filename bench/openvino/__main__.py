"""`make bench-openvino`: the network's own run by OpenVINO's provider, an option and no dependency."""

import json
import os
import subprocess
import sys
from pathlib import Path

import onnx

from bench.peers.float_model import HALF
from bench.peers.server import ROOT
from bench.speed.table import grid, machine
from layers.onnx_models.building.graph import plain_float_model
from layers.onnx_models.building.quantizing import quantized
from layers.onnx_models.building.ranges import read_ranges
from layers.onnx_models.building.rows import BuildSource, read_rows
from tools.environments import CACHE, environment

MODELS = ROOT / "layers" / "onnx_models"
ROW = "isnet-general-use"
RUNS = 9


def portable_model() -> Path:
    """The int8 network before the runtime's own optimisation, whose operators OpenVINO does not know."""
    row = read_rows(MODELS / "models.toml")[ROW]
    path = CACHE / "peers" / "isnet" / f"{ROW}-{row.sha256[:12]}-portable.onnx"
    if path.exists():
        return path
    if not isinstance(row.source, BuildSource) or row.source.ranges is None:
        raise ValueError(f"{ROW} is not built here, so there is nothing to measure")
    installer = MODELS / "install.py"
    subprocess.run([sys.executable, installer, "--only", HALF, "--dest", path.parent], check=True)
    plain = plain_float_model(onnx.load(path.with_name(f"{HALF}.onnx")))
    ranges = read_ranges(MODELS / row.source.ranges)
    path.write_bytes(quantized(plain, ranges, row.source.float_nodes, has_reduced_range=False))
    return path


def main() -> None:
    """Measure in the environment of its own, and print."""
    python = environment("openvino") / "bin" / "python"
    turns, threads = Path(__file__).with_name("turns.py"), len(os.sched_getaffinity(0))
    command = [str(python), str(turns), str(portable_model()), str(threads), str(RUNS)]
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    lines = [
        [
            row["provider"],
            "" if row["used"] == row["provider"] else f"ran on {row['used']}",
            f"{row['open_s']:.2f}",
            f"{row['run_s']:.3f}",
            f"{row['differs']:.5f}",
        ]
        for row in json.loads(told.splitlines()[-1])
    ]
    print(f"{machine()}; int8 at 1024 x 1024 on {threads} threads, medians of {RUNS} runs turn by turn\n")
    print(grid(["provider", "", "open s", "run s", "mask differs"], lines))


if __name__ == "__main__":
    main()
