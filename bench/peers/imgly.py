"""@imgly/background-removal-node behind the least server there can be, in a cached folder of its own."""

import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers.server import PeerMissingError, Server, serving
from tools.environments import CACHE
from tools.listening import free_port

SOURCE = Path(__file__).resolve().parent / "imgly_server"
# The packages' own scripts would fetch what a processor alone does not need.
_INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def ensure_imgly() -> Path:
    """Install the package where it is not yet, exactly as locked, and give its folder."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise PeerMissingError(f"{program} is not installed")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(SOURCE.iterdir()))).hexdigest()
    home = CACHE / f"imgly-{digest[:12]}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "imgly.lock").open("w") as waiting:
        fcntl.flock(waiting, fcntl.LOCK_EX)
        if not (home / "complete").exists():
            print("installing imgly in a folder of its own", flush=True)
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(SOURCE, home)
            try:
                subprocess.run(_INSTALL, cwd=home, check=True)
            except subprocess.CalledProcessError as error:
                raise PeerMissingError(f"npm could not install it ({error.returncode})") from error
            (home / "complete").touch()
    return home


@contextmanager
def serve_imgly(log: Path) -> Iterator[Server]:
    """Run the server on a free loopback port until the block ends."""
    home, port = ensure_imgly(), free_port()
    command = ["node", str(home / "server.mjs"), str(port)]
    with serving(command, port=port, ready_path="/", log=log, environment={}) as server:
        yield server
