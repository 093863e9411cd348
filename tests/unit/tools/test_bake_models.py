"""The image holds the models that serve, and is not built without them."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from handler.inference.catalogue import CatalogueError
from tools.bake_models import bake

ROOT = Path(__file__).resolve().parents[3]
ROW = """
[[model]]
name = "{name}"
file = "{name}.onnx"
bytes = {bytes}
sha256 = "{sha256}"
verified = true
qualities = {qualities}
licence = "CC0-1.0"
source = "made in this test"
[model.obtain]
kind = "committed"
[model.input]
width = 8
height = 8
mean = [0, 0, 0]
std = [1, 1, 1]
[model.output]
activation = "none"
stretch = false
"""


def put_model(folder: Path, name: str, qualities: list[str]) -> None:
    """Add a row, and the file that it speaks of."""
    data = name.encode()
    (folder / f"{name}.onnx").write_bytes(data)
    row = ROW.format(name=name, bytes=len(data), sha256=hashlib.sha256(data).hexdigest(), qualities=qualities)
    with (folder / "models.toml").open("a", encoding="utf-8") as rows:
        rows.write(row)


def test_only_what_serves_is_kept(tmp_path: Path) -> None:
    """What models are built from may lie beside them."""
    put_model(tmp_path, "material", [])
    put_model(tmp_path, "serving", ["low", "medium", "high"])

    assert ("serving.onnx",) == bake(tmp_path)
    assert ["serving.onnx"] == [path.name for path in tmp_path.glob("*.onnx")]


def test_a_model_that_was_changed_is_refused(tmp_path: Path) -> None:
    """By its digest."""
    put_model(tmp_path, "serving", ["low", "medium", "high"])
    (tmp_path / "serving.onnx").write_bytes(b"another")

    with pytest.raises(CatalogueError, match=r"serving\.onnx: expected sha256"):
        bake(tmp_path)


def test_a_build_without_models_says_what_to_do(tmp_path: Path) -> None:
    """The message is the last that the builder prints."""
    (tmp_path / "models.toml").write_text(
        ROW.format(name="a", bytes=1, sha256="0" * 64, qualities=["medium"])
    )

    command = [sys.executable, "-m", "tools.bake_models", str(tmp_path)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert 1 == finished.returncode
    assert "the image needs its models first" in finished.stderr
    assert "make models" in finished.stderr
