"""Environments beside the project's own, for tools that pin against its packages; kept in a cache."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
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


def environment(name: str) -> Path:
    """Folder of a virtual environment that holds exactly what requirements/NAME.txt says."""
    lock = LOCKS / f"{name}.txt"
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    made = CACHE / f"{name}-{digest}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as waiting:
        fcntl.flock(waiting, fcntl.LOCK_EX)
        if not (made / "complete").exists():
            print(f"installing {name} in an environment of its own", flush=True)
            shutil.rmtree(made, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", str(made)], check=True)
            subprocess.run([str(made / "bin" / "python"), *_INSTALL, str(lock)], check=True)
            (made / "complete").touch()
    return made
