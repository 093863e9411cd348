"""A workshop in a temporary folder, and a place for an npm of the test's own."""

import io
import os
from pathlib import Path

import pytest

from layers.onnx_models.building.obtaining import Workshop
from layers.onnx_models.building.progress import Progress


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A workshop without rows whose progress goes to memory."""
    folder = tmp_path / "rows"
    folder.mkdir()
    return Workshop({}, folder, tmp_path / "cache", "this processor", Progress(io.StringIO()))


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder first on the path, for an npm of the test's own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder
