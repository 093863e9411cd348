"""
The averaged weights as an ONNX file: `python -m layers.onnx_models.training.export --work DIR`.

The file takes `picture`, 1x3xHxW float32, RGB, (value / 255) - 0.5, H and W multiples of 32 and about
`INPUT_SIDE_PX` on the longer side; it gives `alpha`, 1x1xHxW in 0..1, and `classes`, 1x5 probabilities.
"""

import argparse
import warnings
from pathlib import Path

import onnx
import torch
from onnx import checker

from layers.onnx_models.training.checkpoints import trained_net
from layers.onnx_models.training.network import Exported, MattingNet
from layers.onnx_models.training.places import add_places, places_from
from layers.onnx_models.training.predictors import INPUT_SIDE_PX

OPSET = 18
FREE_SIDES = {2: "height", 3: "width"}


def export(net: MattingNet, target: Path) -> None:
    """Write the net for any height and width, batch normalization folded into the convolutions."""
    example = torch.zeros(1, 3, INPUT_SIDE_PX, INPUT_SIDE_PX)
    with warnings.catch_warnings():
        # The exporter that needs no further package is marked as old; the graph it writes is the plain one.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            Exported(net.eval()),
            (example,),
            str(target),
            input_names=["picture"],
            output_names=["alpha", "classes"],
            dynamic_axes={"picture": FREE_SIDES, "alpha": FREE_SIDES},
            opset_version=OPSET,
            dynamo=False,
        )
    checker.check_model(onnx.load(target), full_check=True)


def main() -> None:
    """Export the last checkpoint."""
    places = places_from(add_places(argparse.ArgumentParser(description=__doc__)).parse_args())
    export(trained_net(places.checkpoint), places.float_model)
    print(f"{places.float_model}: {places.float_model.stat().st_size} bytes")


if __name__ == "__main__":
    main()
