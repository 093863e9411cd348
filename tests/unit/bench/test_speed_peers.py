"""The environments of the measured peers."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bench.peers import imgly, rembg
from bench.peers.server import PeerMissingError


def test_every_requirement_of_the_lock_is_pinned_and_hashed() -> None:
    """What is measured must be the same on every machine."""
    entries = re.split(r"\n(?=\S)", rembg.LOCK.read_text().strip())

    assert "rembg==" in rembg.LOCK.read_text()
    assert [] == [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]


def test_the_lock_names_no_registry_and_no_path() -> None:
    """Where packages come from is the business of the machine that installs them."""
    assert [] == re.findall(r"https?://|file:|--(?:extra-)?index-url|--find-links", rembg.LOCK.read_text())


def test_the_first_import_is_not_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It compiles for a while; an environment that has done so starts at once."""
    started: list[list[object]] = []
    monkeypatch.setattr(rembg, "environment", lambda _: tmp_path)
    monkeypatch.setattr(subprocess, "run", lambda command, **_: started.append(command))
    python = rembg.ensure_rembg()

    assert python == rembg.ensure_rembg()
    assert [[python, "-c", "import rembg, rembg.cli, rembg.sessions"]] == started


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


def test_the_javascript_peer_is_locked_and_names_no_registry() -> None:
    """Every package has its digest, and comes from where the machine gets its packages."""
    packages = json.loads((imgly.SOURCE / "package-lock.json").read_text())["packages"]
    installed = [package for name, package in packages.items() if name]

    assert installed
    assert [] == [package for package in installed if "integrity" not in package or "resolved" in package]


def test_without_node_the_javascript_peer_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is one that a reader can act on."""
    monkeypatch.setattr(shutil, "which", lambda _: None)

    with pytest.raises(PeerMissingError, match="node is not installed"):
        imgly.ensure_imgly()


def test_the_javascript_peer_is_installed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second run finds the folder complete."""
    monkeypatch.setattr(imgly, "CACHE", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    started: list[object] = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: started.append(command))

    assert imgly.ensure_imgly() == imgly.ensure_imgly()
    assert 1 == len(started)
