"""The systems whose cut-outs are judged: ours in this process, rembg in an environment of its own."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.accuracy.dataset import Case
from bench.accuracy.peer import rembg_cutouts
from bench.accuracy.rows import Doubt
from bench.peers.float_model import installed
from handler.domain.errors import NoSubjectError
from handler.domain.image import Review
from handler.domain.limits import Deadline, Limits
from handler.domain.request import Cut, Quality, Variant
from handler.inference.catalogue import ModelSpec, read_catalogue
from handler.inference.onnx import OnnxMattingModel
from handler.pipeline.run import Stopwatch, find, opened, render

Bytes = NDArray[np.uint8]
MODELS = Path(__file__).resolve().parents[2] / "layers" / "onnx_models"
PATIENCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Result:
    """A finished cut-out, and what its system says of it, if it does."""

    png: Path
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class System:
    """
    Who cuts out, and how.

    Attributes:
        name: as the rows call it.
        quality: its level or setting, likewise.
        cut_out: gives the result of every case, in a folder, one after the other.
    """

    name: str
    quality: str
    cut_out: Callable[[Sequence[Case], Path], Iterator[Result]]


def _clearcut(quality: Quality) -> System:
    """Ours, on the weights that serve this quality."""
    return _ours(quality.value, quality, lambda: read_catalogue(MODELS).serving(quality))


def _clearcut_float() -> System:
    """Ours at medium quality, on the same weights in single precision, as rembg runs them."""

    def spec() -> ModelSpec:
        row = next(row for row in read_catalogue(MODELS).specs if row.name == "isnet-general-use-float32")
        return replace(row, path=installed(row.name))

    return _ours("medium, float", Quality.MEDIUM, spec)


def _ours(label: str, quality: Quality, spec: Callable[[], ModelSpec]) -> System:
    """The whole pipeline, from the file's bytes to the PNG's."""

    def cut_out(cases: Sequence[Case], folder: Path) -> Iterator[Result]:
        threads = len(os.sched_getaffinity(0))
        model, cut, variants = OnnxMattingModel(spec(), threads), Cut(quality=quality), (Variant(),)
        for case in cases:
            png, watch = folder / case.result_name, Stopwatch(Deadline.after(PATIENCE_SECONDS))
            try:
                with opened(case.image.read_bytes(), model, Limits(), watch, threads) as tools:
                    matte = find(model, cut, variants, tools)
                    rendering = next(render(matte, cut, variants, tools))
            except NoSubjectError:
                _write_nothing(case, png)
                yield Result(png, Doubt(0, Review.NO_SUBJECT.value))
            else:
                png.write_bytes(rendering.body)
                yield Result(png, Doubt(rendering.confidence, next(iter(matte.review), None)))

    return System("clearcut", label, cut_out)


def _write_nothing(case: Case, result: Path) -> None:
    """A refusal to cut out counts as a cut-out without a subject."""
    with Image.open(case.image) as image:
        Image.new("RGBA", image.size).save(result)


def _rembg(setting: str) -> System:
    """The peer, on the same weights in float32, by its own function."""

    def cut_out(cases: Sequence[Case], _: Path) -> Iterator[Result]:
        return map(Result, rembg_cutouts([case.image for case in cases], setting))

    return System("rembg", setting, cut_out)


SYSTEMS: Mapping[str, System] = {
    "medium": _clearcut(Quality.MEDIUM),
    "high": _clearcut(Quality.HIGH),
    "low": _clearcut(Quality.LOW),
    "float": _clearcut_float(),
    "rembg": _rembg("default"),
    "rembg-decontaminate": _rembg("decontaminate"),
    "rembg-matting": _rembg("matting"),
}


def read_cutout(path: Path) -> Bytes:
    """Height x width x 4 of a finished cut-out, straight."""
    return np.asarray(Image.open(path).convert("RGBA"))


def is_repetition(quality: Quality) -> bool:
    """Whether a level is served by the very weights of medium, and would be measured twice."""
    catalogue = read_catalogue(MODELS)
    return catalogue.serving(quality).label == catalogue.serving(Quality.MEDIUM).label
