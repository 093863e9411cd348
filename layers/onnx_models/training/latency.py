"""
Time of ours beside the larger model's: `python -m layers.onnx_models.training.latency`.

The models take turns, so that whatever else the machine does slows both; the ratio of medians is what holds.
"""

import argparse
import time
from pathlib import Path
from statistics import median

import numpy as np

from layers.onnx_models.training.predictors import INPUT_SIDE_PX, Predictor, larger_model, small_model

ROUNDS = 40


def milliseconds_of(model: Predictor) -> float:
    """One run of the graph on a grey square, its largest input."""
    planes = np.zeros((1, 3, model.form.height, model.form.width), np.float32)
    begun = time.perf_counter()
    model.raw(planes)
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    """Print median and best of both, and the ratio of the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("layers/onnx_models/clearcut-small.onnx"))
    parser.add_argument("--larger", type=Path, default=Path("layers/onnx_models/isnet-general-use-int8.onnx"))
    parser.add_argument("--side", type=int, default=INPUT_SIDE_PX)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    models = {
        "ours": small_model(arguments.model, arguments.side),
        "larger": larger_model(arguments.larger),
    }
    times: dict[str, list[float]] = {name: [] for name in models}
    for _ in range(arguments.rounds + 1):
        for name, model in models.items():
            times[name].append(milliseconds_of(model))
    # The first round pays for the memory of the arenas.
    steady = {name: values[1:] for name, values in times.items()}
    print("| model | median ms | best ms |\n|---|---|---|")
    for name, values in steady.items():
        print(f"| {name} | {median(values):.1f} | {min(values):.1f} |")
    print(f"\nratio of medians {median(steady['larger']) / median(steady['ours']):.1f}")


if __name__ == "__main__":
    main()
