"""rembg in an environment of its own: pinned, cached between runs, warmed once."""

import contextlib
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers.server import ROOT, Server, free_port, serving

LOCK = ROOT / "requirements" / "rembg.txt"
CACHE = Path.home() / ".cache" / "clearcut" / "peers"
MODEL = "isnet-general-use"


def _home() -> Path:
    """The environment's folder, another one for another lock or another Python."""
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    return CACHE / f"rembg-{lock}-py{sys.version_info.major}.{sys.version_info.minor}"


def rembg_python() -> Path:
    """Where the environment's interpreter is, or will be."""
    return _home() / "bin" / "python"


def ensure_rembg() -> Path:
    """Install rembg where it is not yet, and give its interpreter."""
    home, python = _home(), rembg_python()
    finished = home / "finished"
    if finished.exists():
        return python
    print(f"installing rembg into {home} (once, some minutes)", flush=True)
    shutil.rmtree(home, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", home], check=True)
    subprocess.run([python, "-m", "pip", "install", "-qq", "--require-hashes", "-r", LOCK], check=True)
    # The first import compiles pymatting for most of a minute; later ones find it compiled.
    subprocess.run([python, "-c", "import rembg, rembg.cli, rembg.sessions"], check=True)
    finished.touch()
    return python


def model_home(float_model: Path) -> Path:
    """A folder in which rembg finds the given float32 ISNet file under its own name for it."""
    folder = CACHE / "u2net"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / f"{MODEL}.onnx"
    if link.resolve() != float_model.resolve():
        with contextlib.suppress(FileNotFoundError):
            link.unlink()
        link.symlink_to(float_model.resolve())
    return folder


@contextmanager
def serve_rembg(float_model: Path, log: Path) -> Iterator[Server]:
    """Run `rembg s` on a free loopback port until the block ends."""
    python, port = ensure_rembg(), free_port()
    # Our file holds the published weights, not the published bytes.
    environment = {"U2NET_HOME": str(model_home(float_model)), "MODEL_CHECKSUM_DISABLED": "1"}
    command = [str(python.parent / "rembg"), "s", "--no-ui", "--host", "127.0.0.1", "--port", str(port)]
    with serving(command, port=port, ready_path="/openapi.json", log=log, environment=environment) as server:
        yield server
