"""Environments beside the project's own, for tools that pin against its packages; kept in a cache."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

LOCKS = Path(__file__).resolve().parent.parent / "requirements"
CACHE = Path.home() / ".cache" / "clearcut"
# A lock names everything; pip, left to resolve, stumbles over the extras that locks leave out.
_INSTALL = (
    "-m",
    "pip",
    "--disable-pip-version-check",
    "install",
    "--quiet",
    "--no-deps",
    "--require-hashes",
    "-r",
)
_NPM_INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")


def environment(name: str) -> Path:
    """Folder of a virtual environment that holds exactly what requirements/NAME.txt says."""
    lock = LOCKS / f"{name}.txt"

    def install(made: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", str(made)], check=True)
        subprocess.run([str(made / "bin" / "python"), *_INSTALL, str(lock)], check=True)

    return _made_once(name, lock.read_bytes() + sys.version.encode(), install)


def node_environment(name: str) -> Path:
    """Folder whose node_modules holds what requirements/npm/NAME says; nothing of it runs at install."""
    source = LOCKS / "npm" / name

    def install(made: Path) -> None:
        shutil.copytree(source, made)
        subprocess.run([*_NPM_INSTALL, "--prefix", str(made)], check=True)

    return _made_once(f"npm-{name}", (source / "package-lock.json").read_bytes(), install)


def _made_once(name: str, lock: bytes, install: Callable[[Path], None]) -> Path:
    made = CACHE / f"{name}-{hashlib.sha256(lock).hexdigest()[:12]}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as waiting:
        fcntl.flock(waiting, fcntl.LOCK_EX)
        if not (made / "complete").exists():
            print(f"installing {name} in an environment of its own", flush=True)
            shutil.rmtree(made, ignore_errors=True)
            install(made)
            (made / "complete").touch()
    return made
