"""What a person watching the training sees: a bar while it runs, a picture of the curves afterwards."""

import json
import sys
from pathlib import Path

import matplotlib as mpl

BAR_CELLS = 24


def show(epoch: int, done: int, total: int, loss: float, iou: float) -> None:
    """One line, rewritten in place."""
    filled = BAR_CELLS * done // max(1, total)
    bar = "#" * filled + "." * (BAR_CELLS - filled)
    sys.stderr.write(f"\repoch {epoch:3d} [{bar}] {done}/{total} loss {loss:.3f} IoU {iou:.3f} ")
    sys.stderr.flush()


def draw_curves(history: Path, picture: Path) -> None:
    """Loss and validation IoU over epochs as a PNG."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - the backend is chosen before this import

    rows = [json.loads(line) for line in history.read_text(encoding="utf-8").splitlines()]
    hours = [row["hours"] for row in rows]
    figure, loss_axis = plt.subplots(figsize=(7, 4))
    loss_axis.plot(hours, [row["loss"] for row in rows], color="tab:blue")
    loss_axis.set(xlabel="hours of wall clock", ylabel="training loss (blue)")
    iou_axis = loss_axis.twinx()
    iou_axis.plot(hours, [row["train_iou"] for row in rows], color="tab:grey", linestyle="--")
    iou_axis.plot(hours, [row["validation_iou"] for row in rows], color="tab:orange")
    iou_axis.set(ylabel="IoU: validation (orange), training (grey)")
    figure.tight_layout()
    figure.savefig(picture, dpi=110)
    plt.close(figure)
