"""
Train the net, small pictures first: `python -m layers.onnx_models.training.train --data DIR --work DIR`.

Stages have a budget of wall-clock minutes, not of epochs: on a shared machine time is what is given out,
and the learning rate must reach its end whatever the machine was doing meanwhile.
"""

import argparse
import json
import math
import os
import time
from dataclasses import dataclass

import torch
from torch.utils.data import DataLoader

from layers.onnx_models.training.checkpoints import Run, blend_average, fresh_run, resume, save
from layers.onnx_models.training.evaluate import validation_iou
from layers.onnx_models.training.loading import Epoch, as_batch
from layers.onnx_models.training.losses import soft_iou_loss, total_loss
from layers.onnx_models.training.places import Places, add_places, places_from
from layers.onnx_models.training.progress import draw_curves, show
from layers.onnx_models.training.sources import Split
from layers.onnx_models.training.stocking import stock_of
from layers.onnx_models.training.threads import ThreadChoice

SEED = 7
WEIGHT_DECAY = 0.02
PEAK_RATE = 1.2e-3
LOWEST_RATE_SHARE = 0.01
WARM_UP_SHARE = 0.02
MAX_GRADIENT = 5.0
SAVE_EVERY_STEPS = 100


@dataclass(frozen=True)
class Stage:
    """A picture size, its batch, and its share of the whole time."""

    side_px: int
    batch: int
    share: float


STAGES = (Stage(160, 16, 0.60), Stage(224, 12, 0.40))


@dataclass(frozen=True)
class Budget:
    """The wall clock given to the present stage and to the whole run."""

    stage_seconds: float
    whole_seconds: float


def rate_at(done: float) -> float:
    """The learning rate at a share of the whole run: a short rise, then half a cosine."""
    if done < WARM_UP_SHARE:
        return PEAK_RATE * max(done / WARM_UP_SHARE, LOWEST_RATE_SHARE)
    fall = (1 + math.cos(math.pi * min(1.0, done))) / 2
    return PEAK_RATE * max(fall, LOWEST_RATE_SHARE)


def step(run: Run, batch: tuple[torch.Tensor, ...], rate: float) -> tuple[float, float]:
    """One update; the loss and the soft IoU of the batch."""
    pictures, truth = as_batch(batch[0], batch[1])
    for group in run.optimizer.param_groups:
        group["lr"] = rate
    with torch.autocast("cpu", torch.bfloat16):
        prediction = run.net(pictures)
    loss = total_loss(prediction, truth, batch[2])
    run.optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(run.net.parameters(), MAX_GRADIENT)
    run.optimizer.step()
    run.steps += 1
    blend_average(run)
    with torch.no_grad():
        iou = 1 - float(soft_iou_loss(torch.sigmoid(prediction.alpha.float()), truth))
    return float(loss.detach()), iou


def run_epoch(
    run: Run, places: Places, stage: Stage, budget: Budget, threads: ThreadChoice
) -> tuple[float, float]:
    """Train until the epoch or the stage's budget ends; the mean loss and IoU."""
    epoch = Epoch(stock_of(places, Split.TRAIN), stage.side_px, SEED, run.epoch, run.place)
    batches = DataLoader(epoch, stage.batch, num_workers=1, drop_last=True, prefetch_factor=6)
    losses, ious = [], []
    before = time.monotonic()
    for batch in batches:
        count = threads.next_count()
        torch.set_num_threads(count)
        begun = time.monotonic()
        loss, iou = step(run, batch, rate_at(run.seconds / budget.whole_seconds))
        threads.note(count, time.monotonic() - begun)
        losses.append(loss)
        ious.append(iou)
        now = time.monotonic()
        run.seconds, run.stage_seconds, before = (
            run.seconds + now - before,
            run.stage_seconds + now - before,
            now,
        )
        run.place += stage.batch
        show(
            run.epoch,
            len(losses),
            len(batches),
            sum(losses[-50:]) / len(losses[-50:]),
            sum(ious[-50:]) / len(ious[-50:]),
        )
        if run.steps % SAVE_EVERY_STEPS == 0:
            save(run, places.checkpoint)
        if run.stage_seconds >= budget.stage_seconds:
            break
    else:
        run.place = 0
        run.epoch += 1
    return sum(losses) / max(1, len(losses)), sum(ious) / max(1, len(ious))


def train(run: Run, places: Places, minutes: float, threads: ThreadChoice) -> None:
    """Every stage to the end of its budget."""
    while run.stage < len(STAGES):
        stage = STAGES[run.stage]
        budget = Budget(minutes * 60 * stage.share, minutes * 60)
        while run.stage_seconds < budget.stage_seconds:
            loss, iou = run_epoch(run, places, stage, budget, threads)
            record(run, places, stage, loss, iou)
        run.stage, run.stage_seconds = run.stage + 1, 0.0
        save(run, places.checkpoint)


def record(run: Run, places: Places, stage: Stage, loss: float, train_iou: float) -> None:
    """One line of history, new curves, and the state of the run."""
    row = {
        "epoch": run.epoch,
        "steps": run.steps,
        "side_px": stage.side_px,
        "hours": run.seconds / 3600,
        "loss": loss,
        "train_iou": train_iou,
        "validation_iou": validation_iou(run.average, stock_of(places, Split.VALIDATION), stage.side_px),
    }
    with places.history.open("a", encoding="utf-8") as history:
        history.write(json.dumps(row) + "\n")
    print(f"\n{row}", flush=True)
    draw_curves(places.history, places.work / "curves.png")
    save(run, places.checkpoint)


def main() -> None:
    """Train from the last checkpoint, or from nothing."""
    parser = add_places(argparse.ArgumentParser(description=__doc__))
    parser.add_argument("--minutes", type=float, default=480.0, help="wall clock of the whole run")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    places = places_from(arguments)
    (places.work / "pid").write_text(str(os.getpid()), encoding="utf-8")
    run = fresh_run(SEED, WEIGHT_DECAY)
    if resume(run, places.checkpoint):
        print(f"going on at stage {run.stage}, epoch {run.epoch}, step {run.steps}")
    train(run, places, arguments.minutes, ThreadChoice(tuple(range(1, arguments.threads + 1))))


if __name__ == "__main__":
    main()
