"""The vendors' own clients, each in an environment of its own, run by a script against a service."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.environments import environment

SECONDS = 40


def python_says(script: str, arguments: Sequence[str]) -> Any:  # noqa: ANN401 - any JSON
    """What a script with the Python clients prints as JSON."""
    return _says([str(environment("clients") / "bin" / "python"), "-c", script, *arguments], Path.cwd())


def node_says(folder: Path, script: str, arguments: Sequence[str]) -> Any:  # noqa: ANN401 - any JSON
    """What a script prints as JSON that finds its packages in a folder."""
    return _says(["node", "-e", script, *arguments], folder)


def _says(command: Sequence[str], folder: Path) -> Any:  # noqa: ANN401 - any JSON
    finished = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, timeout=SECONDS
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)
