"""The whole state of a run in one file, replaced in one step, so that a stopped run goes on where it was."""

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch.optim import AdamW

from layers.onnx_models.training.network import MattingNet

AVERAGE_DECAY = 0.993


@dataclass
class Run:
    """What training changes: the net, its running average, the optimizer, and how far it has come."""

    net: MattingNet
    average: MattingNet
    optimizer: AdamW
    stage: int = 0
    epoch: int = 0
    place: int = 0
    steps: int = 0
    seconds: float = 0.0
    stage_seconds: float = field(default=0.0)


def fresh_run(seed: int, weight_decay: float) -> Run:
    """A run at its beginning."""
    torch.manual_seed(seed)
    net = MattingNet()
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing from its stubs
    average = deepcopy(net).eval().requires_grad_(requires_grad=False)
    return Run(net, average, AdamW(net.parameters(), weight_decay=weight_decay, fused=True))


def blend_average(run: Run) -> None:
    """Move the averaged weights towards the net's, faster at the beginning."""
    decay = min(AVERAGE_DECAY, (1 + run.steps) / (10 + run.steps))
    with torch.no_grad():
        own, averaged = run.net.state_dict(), run.average.state_dict()
        for name, value in averaged.items():
            if value.dtype.is_floating_point:
                value.lerp_(own[name], 1 - decay)
            else:
                value.copy_(own[name])


def save(run: Run, path: Path) -> None:
    """Write the run; a reader sees the old file or the new one, never half of one."""
    state: dict[str, Any] = {
        "net": run.net.state_dict(),
        "average": run.average.state_dict(),
        "optimizer": run.optimizer.state_dict(),
        "progress": (run.stage, run.epoch, run.place, run.steps, run.seconds, run.stage_seconds),
    }
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def resume(run: Run, path: Path) -> bool:
    """Bring the run to where the file left it, if there is one."""
    if not path.exists():
        return False
    state = torch.load(path, weights_only=True)
    run.net.load_state_dict(state["net"])
    run.average.load_state_dict(state["average"])
    run.optimizer.load_state_dict(state["optimizer"])
    run.stage, run.epoch, run.place, run.steps, run.seconds, run.stage_seconds = state["progress"]
    return True


def begin_at(run: Run, path: Path) -> None:
    """Give a fresh run the averaged weights of another one, and nothing of its progress."""
    weights = torch.load(path, weights_only=True)["average"]
    run.net.load_state_dict(weights)
    run.average.load_state_dict(weights)


def trained_net(path: Path) -> MattingNet:
    """The averaged net of a checkpoint, ready to predict."""
    net = MattingNet()
    net.load_state_dict(torch.load(path, weights_only=True)["average"])
    return net.eval()
