"""How far a model's masks stray from the float model's, on the processor at hand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

# Below this share of foreground an overlap says nothing.
_LEAST_FOREGROUND = 0.001


@dataclass(frozen=True)
class Judgement:
    """Mean absolute difference of masks 0..1, and overlap at one half, over a set of pictures."""

    mean_difference: float
    worst_difference: float
    mean_iou: float
    worst_iou: float


def judge(
    reference: bytes, candidate: bytes, inputs: Iterable[NDArray[np.float32]], on_done: Callable[[int], None]
) -> Judgement:
    """Run both models on every input and compare their first outputs."""
    sessions = [_session(model) for model in (reference, candidate)]
    differences, overlaps = [], []
    for number, pixels in enumerate(inputs, start=1):
        expected, found = (
            session.run(None, {session.get_inputs()[0].name: pixels})[0] for session in sessions
        )
        differences.append(float(np.abs(expected - found).mean()))
        overlap = _overlap(expected > 0.5, found > 0.5)
        if overlap is not None:
            overlaps.append(overlap)
        on_done(number)
    return Judgement(
        mean_difference=float(np.mean(differences)),
        worst_difference=max(differences),
        mean_iou=float(np.mean(overlaps or [1.0])),
        worst_iou=min(overlaps, default=1.0),
    )


def _session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # On a machine that does other work too, spinning threads would only hold each other up.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _overlap(expected: NDArray[np.bool_], found: NDArray[np.bool_]) -> float | None:
    if expected.mean() < _LEAST_FOREGROUND:
        return None
    return float((expected & found).sum() / (expected | found).sum())
