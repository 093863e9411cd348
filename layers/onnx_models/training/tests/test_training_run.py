"""A run can be stopped anywhere, goes on where it was, and ends in a file that the service can load."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from PIL import Image

from layers.onnx_models.training import checkpoints, loading, train
from layers.onnx_models.training.checkpoints import (
    Run,
    begin_at,
    blend_average,
    fresh_run,
    resume,
    save,
    trained_net,
)
from layers.onnx_models.training.export import export
from layers.onnx_models.training.loading import Epoch, as_batch
from layers.onnx_models.training.network import MattingNet, Shape
from layers.onnx_models.training.packing import pack
from layers.onnx_models.training.places import Places
from layers.onnx_models.training.predictors import model_input
from layers.onnx_models.training.quantize import quantize
from layers.onnx_models.training.shards import learn, lesson
from layers.onnx_models.training.sources import Split
from layers.onnx_models.training.stocking import stock_of
from layers.onnx_models.training.train import PEAK_RATE, Stage, rate_at, step

TINY = Shape(widths=(4, 4, 8, 8, 8), depths=(0, 0, 0, 1, 1), detail_width=4)


@pytest.fixture(autouse=True)
def tiny_net(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every net of this file is small."""
    monkeypatch.setattr(checkpoints, "MattingNet", lambda: MattingNet(TINY))


@pytest.fixture
def workers() -> Iterator[Executor]:
    """One worker, so that sums are made in one order."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Six photos and two cut-outs, of both sides of the split."""
    rng = np.random.default_rng(0)

    def picture() -> Image.Image:
        rgba = rng.integers(0, 256, (80, 90, 4), dtype=np.uint8)
        rgba[..., 3] = 0
        rgba[30:70, 40:80, 3] = 255
        return Image.fromarray(rgba)

    photos = [*(f"ccp__{number}" for number in range(6)), "raccoon__1", "raccoon__2"]
    pack(((name, picture()) for name in photos), tmp_path / "photos", [])
    pack(((name, picture()) for name in ("saleor__1", "wonder3d__1")), tmp_path / "foregrounds", [])
    return Places(tmp_path, tmp_path, None)


def batch(side_px: int = 64) -> tuple[torch.Tensor, ...]:
    """Two pictures with a bright square each."""
    alpha = torch.zeros(2, side_px, side_px, dtype=torch.uint8)
    alpha[:, 16:48, 16:48] = 255
    return alpha[..., None].repeat(1, 1, 1, 3), alpha, torch.tensor([0, 2])


def weights(run: Run) -> list[torch.Tensor]:
    """Every number of the net and of its average."""
    return [*run.net.state_dict().values(), *run.average.state_dict().values()]


def test_a_resumed_run_goes_on_as_if_never_stopped(tmp_path: Path, workers: Executor) -> None:
    """Saving, loading and one more step gives the weights of two steps."""
    whole, stopped = fresh_run(1, 0.01), fresh_run(1, 0.01)
    for run in (whole, stopped):
        step(run, batch(), 1e-3, workers)
    save(stopped, tmp_path / "checkpoint.pt")
    resumed = fresh_run(2, 0.01)
    assert resume(resumed, tmp_path / "checkpoint.pt")
    for run in (whole, resumed):
        step(run, batch(), 1e-3, workers)
    assert all(torch.equal(own, other) for own, other in zip(weights(whole), weights(resumed), strict=True))
    assert whole.steps == resumed.steps


def test_without_a_checkpoint_a_run_begins(tmp_path: Path) -> None:
    """A missing file is a beginning and no error."""
    assert not resume(fresh_run(1, 0.01), tmp_path / "checkpoint.pt")


def test_a_new_run_can_take_the_weights_of_another(tmp_path: Path, workers: Executor) -> None:
    """Weights are taken over, progress is not."""
    known, new = fresh_run(1, 0.01), fresh_run(2, 0.01)
    step(known, batch(), 1e-3, workers)
    save(known, tmp_path / "known.pt")
    begin_at(new, tmp_path / "known.pt")
    assert torch.equal(known.average.coarse_head.weight, new.net.coarse_head.weight)
    assert new.steps == 0


def test_chunks_teach_what_the_batch_is_worth(workers: Executor) -> None:
    """The gradient put into the net is the mean of its chunks' own."""
    run = fresh_run(1, 0.01)
    rgb, alpha, labels = batch()
    learn(run.net, (rgb, alpha, labels), workers)
    own = [lesson(run.net, (rgb[i : i + 1], alpha[i : i + 1], labels[i : i + 1])) for i in (0, 1)]
    first = next(iter(run.net.parameters())).grad
    mean = (own[0].gradients[0] + own[1].gradients[0]) / 2
    assert first is not None
    assert torch.allclose(mean, first, rtol=1e-2, atol=1e-4)


def test_photos_come_up_as_often_as_their_source_weighs(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source of weight two comes up twice a pass."""
    monkeypatch.setattr(loading, "weight_of", lambda _name: 2.0)
    stock = stock_of(places, Split.TRAIN)
    assert 2 * len(stock.photo_indices) == len(Epoch(stock, 64, 7, 0))


def test_the_average_lies_between_old_and_new_weights() -> None:
    """It moves towards the net and does not jump onto it."""
    run = fresh_run(1, 0.01)
    run.steps = 1000
    before = run.average.coarse_head.weight.clone()
    with torch.no_grad():
        run.net.coarse_head.weight.add_(1.0)
    blend_average(run)
    moved = float((run.average.coarse_head.weight - before).mean())
    assert 0.0 < moved < 0.1


def test_the_rate_rises_then_falls() -> None:
    """It is low at both ends and near its peak after the warm-up."""
    assert rate_at(0.0) < rate_at(0.02) <= PEAK_RATE
    assert rate_at(0.02) > rate_at(0.5) > rate_at(1.0)
    assert rate_at(1.0) == rate_at(1.5)


def test_an_epoch_is_the_same_at_every_reading(places: Places) -> None:
    """Samples depend on seed, epoch and place alone, also when reading begins in the middle."""
    stock = stock_of(places, Split.TRAIN)
    whole, rest = Epoch(stock, 64, 7, 0), Epoch(stock, 64, 7, 0, start=2)
    assert len(whole) - 2 == len(rest)
    assert np.array_equal(whole[3][0], rest[1][0])


def test_batches_are_about_zero() -> None:
    """Bytes become a half below to a half above, alpha 0 to 1."""
    pictures, truth = as_batch(*batch()[:2])
    assert (float(pictures.min()), float(pictures.max())) == (-0.5, 0.5)
    assert (float(truth.min()), float(truth.max())) == (0.0, 1.0)


def test_a_short_run_ends_in_a_model_file(
    places: Places, workers: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Training, export and int8 work on each other's files, and int8 agrees with float."""
    monkeypatch.setattr(train, "STAGES", (Stage(64, 2, 1.0),))
    train.train(fresh_run(1, 0.01), places, 0.01, workers)
    assert places.history.exists()
    export(trained_net(places.checkpoint), places.float_model)
    small = places.work / "small.onnx"
    rgb = [np.asarray(Image.fromarray(np.full((64, 96, 3), level, np.uint8))) for level in (30, 200)]
    quantize(places.float_model, small, iter([model_input(one) for one in rgb]))
    kinds = {node.op_type for node in onnx.load(small).graph.node}
    assert {"QuantizeLinear", "DequantizeLinear"} <= kinds
    float_alpha, int8_alpha = (
        onnxruntime.InferenceSession(str(path)).run(None, {"picture": model_input(rgb[0])})[0]
        for path in (places.float_model, small)
    )
    assert int8_alpha.shape == (1, 1, 64, 96)
    assert float(np.abs(float_alpha - int8_alpha).mean()) < 0.05
