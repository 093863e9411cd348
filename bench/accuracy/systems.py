"""The systems whose cut-outs are judged: ours in this process, rembg in an environment of its own."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.accuracy.dataset import Case
from bench.peers.float_model import float_model
from bench.peers.rembg import ensure_rembg, model_home
from handler.domain.errors import NoSubjectError
from handler.domain.limits import Deadline, Limits
from handler.domain.request import Variant
from handler.inference.catalogue import read_catalogue
from handler.inference.onnx import OnnxMattingModel
from handler.pipeline.run import run

Bytes = NDArray[np.uint8]
MODELS = Path(__file__).resolve().parents[2] / "layers" / "onnx_models"
PATIENCE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class System:
    """
    Who cuts out, and how.

    Attributes:
        name: as the rows call it.
        quality: its level or setting, likewise.
        cut_out: gives the PNG of every case, in a folder for scratch, one after the other.
    """

    name: str
    quality: str
    cut_out: Callable[[Sequence[Case], Path], Iterator[Path]]


class PeerFailedError(RuntimeError):
    """A peer ended before it had cut out every picture."""


def _clearcut(quality: str) -> System:
    """Ours: the whole pipeline, from the file's bytes to the PNG's."""

    def cut_out(cases: Sequence[Case], scratch: Path) -> Iterator[Path]:
        threads = len(os.sched_getaffinity(0))
        model = OnnxMattingModel(read_catalogue(MODELS).serving(quality), threads)
        for case in cases:
            result = scratch / case.result_name
            deadline = Deadline.after(PATIENCE_SECONDS)
            try:
                rendering = run(case.image.read_bytes(), Variant(), model, Limits(), deadline, threads)
                result.write_bytes(rendering.body)
            except NoSubjectError:
                _write_nothing(case, result)
            yield result

    return System("clearcut", quality, cut_out)


def _write_nothing(case: Case, result: Path) -> None:
    """A refusal to cut out counts as a cut-out without a subject."""
    with Image.open(case.image) as image:
        Image.new("RGBA", image.size).save(result)


def _rembg(setting: str) -> System:
    """The peer, on the same weights in float32, by its own function."""

    def cut_out(cases: Sequence[Case], scratch: Path) -> Iterator[Path]:
        python, models = ensure_rembg(), model_home(float_model())
        script = Path(__file__).with_name("rembg_batch.py")
        # `env` adds to the inherited environment; our file holds the published weights, not their bytes.
        command = [
            "env",
            f"U2NET_HOME={models}",
            "MODEL_CHECKSUM_DISABLED=1",
            str(python),
            str(script),
            setting,
        ]
        jobs = "".join(f"{case.image.resolve()}\t{scratch / case.result_name}\n" for case in cases)
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as peer:
            if peer.stdin is None or peer.stdout is None:
                raise PeerFailedError(f"rembg {setting}: no pipes")
            peer.stdin.write(jobs)
            peer.stdin.close()
            finished = 0
            for line in peer.stdout:
                finished += 1
                yield Path(line.strip())
        if finished != len(cases):
            raise PeerFailedError(f"rembg {setting} ended after {finished} of {len(cases)} pictures")

    return System("rembg", setting, cut_out)


SYSTEMS: Mapping[str, System] = {
    "clearcut": _clearcut("medium"),
    "rembg": _rembg("default"),
    "rembg-decontaminate": _rembg("decontaminate"),
    "rembg-matting": _rembg("matting"),
}


def read_cutout(path: Path) -> Bytes:
    """Height x width x 4 of a finished cut-out, straight."""
    return np.asarray(Image.open(path).convert("RGBA"))
