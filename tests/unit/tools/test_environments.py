"""Environments beside the project's own."""

import subprocess
from pathlib import Path

import pytest

from tools import environments


@pytest.fixture(autouse=True)
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock, and an empty cache."""
    locks = tmp_path / "locks"
    locks.mkdir()
    (locks / "peer.txt").write_text("peer==1")
    monkeypatch.setattr(environments, "LOCKS", locks)
    monkeypatch.setattr(environments, "CACHE", tmp_path / "cache")
    return locks


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would have been run; the first of an installation makes the folder."""
    started: list[list[str]] = []

    def run(command: list[str], **_: object) -> None:
        started.append(command)
        if "venv" in command:
            Path(command[-1]).mkdir(parents=True)

    monkeypatch.setattr(subprocess, "run", run)
    return started


def test_an_environment_that_is_complete_is_not_made_again(started: list[list[str]]) -> None:
    """The second use starts at once."""
    made = environments.environment("peer")

    assert made == environments.environment("peer")
    assert 2 == len(started)
    assert "--require-hashes" in started[1]


def test_another_lock_is_another_environment(started: list[list[str]], locks: Path) -> None:
    """What is used is exactly what the lock says."""
    first = environments.environment("peer")
    (locks / "peer.txt").write_text("peer==2")

    assert first != environments.environment("peer")
    assert 4 == len(started)


def test_packages_of_node_are_made_alike(started: list[list[str]], locks: Path) -> None:
    """From their own lock, and without running anything that comes with them."""
    (locks / "npm" / "client").mkdir(parents=True)
    (locks / "npm" / "client" / "package-lock.json").write_text("{}")

    made = environments.node_environment("client")

    assert made == environments.node_environment("client")
    ((npm, ci, *options),) = started
    assert ("npm", "ci", "--ignore-scripts") == (npm, ci, options[0])
    assert (made / "package-lock.json").exists()


def test_an_install_that_failed_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an environment must not pass for a whole one."""

    def fail(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", fail)
    for _ in range(2):
        with pytest.raises(subprocess.CalledProcessError):
            environments.environment("peer")
