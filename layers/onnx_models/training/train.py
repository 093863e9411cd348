"""
Train the net, small pictures first: `python -m layers.onnx_models.training.train --data DIR --work DIR`.

Stages have a budget of wall-clock minutes, not of epochs: on a shared machine time is what is given out,
and the learning rate must reach its end whatever the machine was doing meanwhile.
"""

import argparse
import json
import math
import time
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.utils.data import DataLoader

from layers.onnx_models.training.checkpoints import Run, begin_at, blend_average, fresh_run, resume, save
from layers.onnx_models.training.evaluate import Watch, validation_iou, watch_over
from layers.onnx_models.training.loading import Epoch
from layers.onnx_models.training.places import Places, add_places, places_from
from layers.onnx_models.training.progress import draw_curves, show
from layers.onnx_models.training.shards import Batch, learn
from layers.onnx_models.training.sources import Split
from layers.onnx_models.training.stocking import stock_of

SEED = 7
WEIGHT_DECAY = 0.02
PEAK_RATE = 2e-3
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


STAGES = (Stage(128, 24, 0.35), Stage(160, 24, 0.35), Stage(224, 18, 0.30))


@dataclass
class Clock:
    """The wall clock of a run: everything between two readings counts, validation too."""

    whole_seconds: float
    before: float

    def advance(self, run: Run) -> None:
        """Add the time since the last reading to the run and its stage."""
        now = time.monotonic()
        run.seconds += now - self.before
        run.stage_seconds += now - self.before
        self.before = now


def rate_at(done: float) -> float:
    """The learning rate at a share of the whole run: a short rise, then half a cosine."""
    if done < WARM_UP_SHARE:
        return PEAK_RATE * max(done / WARM_UP_SHARE, LOWEST_RATE_SHARE)
    fall = (1 + math.cos(math.pi * min(1.0, done))) / 2
    return PEAK_RATE * max(fall, LOWEST_RATE_SHARE)


def step(run: Run, batch: Batch, rate: float, workers: Executor) -> tuple[float, float]:
    """One update; the loss and the soft IoU of the batch."""
    for group in run.optimizer.param_groups:
        group["lr"] = rate
    outcome = learn(run.net, batch, workers)
    torch.nn.utils.clip_grad_norm_(run.net.parameters(), MAX_GRADIENT)
    run.optimizer.step()
    run.steps += 1
    blend_average(run)
    return outcome


def run_epoch(run: Run, places: Places, stage: Stage, clock: Clock, workers: Executor) -> tuple[float, float]:
    """Train until the epoch or the stage's share of the time ends; the mean loss and IoU."""
    epoch = Epoch(stock_of(places, Split.TRAIN), stage.side_px, SEED, run.epoch, run.place)
    batches = DataLoader(epoch, stage.batch, num_workers=1, drop_last=True, prefetch_factor=6)
    losses, ious = [], []
    for batch in batches:
        loss, iou = step(run, batch, rate_at(run.seconds / clock.whole_seconds), workers)
        losses.append(loss)
        ious.append(iou)
        clock.advance(run)
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
        if run.stage_seconds >= stage.share * clock.whole_seconds:
            break
    else:
        run.place = 0
        run.epoch += 1
    return sum(losses) / max(1, len(losses)), sum(ious) / max(1, len(ious))


def train(run: Run, places: Places, minutes: float, workers: Executor) -> None:
    """Every stage to the end of its share of the time."""
    clock = Clock(minutes * 60, time.monotonic())
    while run.stage < len(STAGES):
        stage = STAGES[run.stage]
        watch = watch_over(stock_of(places, Split.VALIDATION), stage.side_px)
        while run.stage_seconds < stage.share * clock.whole_seconds:
            loss, iou = run_epoch(run, places, stage, clock, workers)
            record(run, places, watch, loss, iou)
            clock.advance(run)
        run.stage, run.stage_seconds = run.stage + 1, 0.0
        save(run, places.checkpoint)


def record(run: Run, places: Places, watch: Watch, loss: float, train_iou: float) -> None:
    """One line of history, new curves, and the state of the run."""
    row = {
        "epoch": run.epoch,
        "steps": run.steps,
        "side_px": watch.side_px,
        "hours": run.seconds / 3600,
        "loss": loss,
        "train_iou": train_iou,
        "validation_iou": validation_iou(run.average, watch),
    }
    with places.history.open("a", encoding="utf-8") as history:
        history.write(json.dumps(row) + "\n")
    print(f"\n{row}", flush=True)
    draw_curves(places.history, places.work / "curves.png")
    save(run, places.checkpoint)


def main() -> None:
    """Train from the last checkpoint, or from the weights of another run, or from nothing."""
    parser = add_places(argparse.ArgumentParser(description=__doc__))
    parser.add_argument("--minutes", type=float, default=480.0, help="wall clock of the whole run")
    parser.add_argument("--workers", type=int, default=2, help="chunks of a batch worked on at once")
    parser.add_argument("--start", type=Path, default=None, help="checkpoint whose weights a new run takes")
    arguments = parser.parse_args()
    places = places_from(arguments)
    run = fresh_run(SEED, WEIGHT_DECAY)
    if resume(run, places.checkpoint):
        print(f"going on at stage {run.stage}, epoch {run.epoch}, step {run.steps}")
    elif arguments.start is not None:
        begin_at(run, arguments.start)
    torch.set_num_threads(1)
    with ThreadPoolExecutor(arguments.workers) as workers:
        train(run, places, arguments.minutes, workers)


if __name__ == "__main__":
    main()
