"""The environments of the measured peers."""

import re
import subprocess
from pathlib import Path

import pytest

from bench.peers import rembg


def test_every_requirement_of_the_lock_is_pinned_and_hashed() -> None:
    """What is measured must be the same on every machine."""
    entries = re.split(r"\n(?=\S)", rembg.LOCK.read_text().strip())

    assert "rembg==" in rembg.LOCK.read_text()
    assert [] == [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]


def test_the_lock_names_no_registry_and_no_path() -> None:
    """Where packages come from is the business of the machine that installs them."""
    assert [] == re.findall(r"https?://|file:|--(?:extra-)?index-url|--find-links", rembg.LOCK.read_text())


def test_an_environment_that_is_finished_is_not_installed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second bench starts at once."""
    monkeypatch.setattr(rembg, "CACHE", tmp_path)
    started: list[object] = []

    def fake_install(command: list[object], **_: object) -> None:
        started.append(command)
        rembg.rembg_python().parent.mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(subprocess, "run", fake_install)
    first = rembg.ensure_rembg()
    steps = len(started)

    assert 3 == steps
    assert first == rembg.ensure_rembg()
    assert steps == len(started)


def test_an_install_that_failed_is_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an environment must not pass for a whole one."""
    monkeypatch.setattr(rembg, "CACHE", tmp_path)

    def fail(command: list[object], **_: object) -> None:
        raise subprocess.CalledProcessError(1, "pip")

    monkeypatch.setattr(subprocess, "run", fail)
    for _ in range(2):
        with pytest.raises(subprocess.CalledProcessError):
            rembg.ensure_rembg()


def test_rembg_finds_another_model_file_after_a_new_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name in rembg's folder follows the file that it was last given."""
    monkeypatch.setattr(rembg, "CACHE", tmp_path / "cache")
    for content in ("old", "new"):
        model = tmp_path / f"{content}.onnx"
        model.write_text(content)
        folder = rembg.model_home(model)

    assert "new" == (folder / "isnet-general-use.onnx").read_text()
