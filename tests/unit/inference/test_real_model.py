"""The model that `make models` installs, beside the float model that it was made from."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from handler.domain.image import Bytes, Floats
from handler.inference.catalogue import read_catalogue
from handler.inference.onnx import OnnxMattingModel
from layers.onnx_models.building.command import main as install
from layers.onnx_models.building.pictures import judging_pictures

pytestmark = pytest.mark.model

FOLDER = Path("layers/onnx_models")
FLOAT_ROW = "isnet-general-use-float32"

ONE_RUN = """
import hashlib, sys
from pathlib import Path
from tests.unit.inference.test_real_model import opened, shown
print(hashlib.sha256(opened(threads=int(sys.argv[1])).predict(shown()[1])).hexdigest())
"""


def opened(threads: int = 2) -> OnnxMattingModel:
    """What serves medium quality."""
    return OnnxMattingModel(read_catalogue(FOLDER).serving("medium"), threads)


def shown() -> list[Bytes]:
    """The bundled photos and made pictures at the model's size."""
    sized = [picture.resize((1024, 1024), Image.Resampling.BILINEAR) for picture in judging_pictures()]
    return [np.asarray(picture) for picture in sized]


@pytest.fixture(scope="module")
def model() -> OnnxMattingModel:
    """One session for every test here that needs no other."""
    return opened()


@pytest.fixture(scope="module")
def float_mattes(tmp_path_factory: pytest.TempPathFactory) -> list[Floats]:
    """The float model's mattes of two photos and of a picture without a subject."""
    folder = tmp_path_factory.mktemp("float")
    assert install(["--only", FLOAT_ROW, "--dest", str(folder)]) == 0
    (folder / "models.toml").write_bytes((FOLDER / "models.toml").read_bytes())
    reference = OnnxMattingModel(read_catalogue(folder).serving("medium"), 2)
    assert reference.label.startswith(FLOAT_ROW)
    pictures = shown()
    return [reference.predict(pictures[index]) for index in (0, 1, -1)]


def test_the_label_is_the_installed_files_own(model: OnnxMattingModel) -> None:
    """X-Model tells the truth about the bytes that run."""
    name, _, digest = model.label.partition("@")
    spec = next(spec for spec in read_catalogue(FOLDER).installed() if spec.name == name)
    assert hashlib.sha256(spec.path.read_bytes()).hexdigest()[:12] == digest


def test_int8_masks_are_the_float_models(model: OnnxMattingModel, float_mattes: list[Floats]) -> None:
    """On photos that no range was chosen on: under a hundredth on average, and the same outline."""
    pictures = shown()
    for index, expected in zip((0, 1, -1), float_mattes, strict=True):
        alpha = model.predict(pictures[index])
        assert np.abs(alpha - expected).mean() < 0.01
        union = ((alpha > 0.5) | (expected > 0.5)).sum()
        assert union == 0 or ((alpha > 0.5) & (expected > 0.5)).sum() / union > 0.98


def test_a_subject_is_found_where_there_is_one(model: OnnxMattingModel) -> None:
    """A cat fills the middle of its photo and not the corner above."""
    alpha = model.predict(shown()[1])
    assert float(alpha[600, 600]) > 0.95
    assert float(alpha[20, 20]) < 0.05


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_flat_picture_has_no_subject(model: OnnxMattingModel, level: int) -> None:
    """Its faint answer is not stretched into one."""
    flat = np.full((1024, 1024, 3), level, dtype=np.uint8)
    assert float(model.predict(flat).max()) < 0.25


def test_every_process_and_thread_count_gives_the_same_bytes() -> None:
    """A picture's matte does not depend on where or how fast it was made."""
    digests = [
        subprocess.run(
            [sys.executable, "-c", ONE_RUN, threads], check=True, capture_output=True, text=True
        ).stdout.strip()
        for threads in ("1", "2", "2")
    ]
    assert len(digests[0]) == 64
    assert len(set(digests)) == 1
