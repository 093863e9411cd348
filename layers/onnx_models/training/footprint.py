"""
Peak memory of a process that loads one model and runs it once.

`python -m layers.onnx_models.training.footprint --model FILE --side PIXELS`
"""

import argparse
import resource
from pathlib import Path

import numpy as np

from layers.onnx_models.training.predictors import INPUT_SIDE_PX, model_input, open_model

KIB_PER_MIB = 1024


def peak_mib() -> float:
    """The most that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB


def main() -> None:
    """Print the peak before and after the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("layers/onnx_models/clearcut-small.onnx"))
    parser.add_argument("--side", type=int, default=INPUT_SIDE_PX)
    arguments = parser.parse_args()
    before = peak_mib()
    session = open_model(arguments.model)
    picture = model_input(np.zeros((arguments.side, arguments.side, 3), np.uint8))
    session.run(None, {session.get_inputs()[0].name: picture})
    print(f"{arguments.model.name}: {peak_mib():.0f} MiB at most, {before:.0f} MiB of it before the model")


if __name__ == "__main__":
    main()
