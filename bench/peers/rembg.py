"""rembg in an environment of its own: pinned, cached between runs, warmed once."""

import contextlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers.server import ROOT, Server, serving
from tools import environments
from tools.environments import environment
from tools.listening import free_port

LOCK = ROOT / "requirements" / "rembg.txt"
CACHE = environments.CACHE / "peers"
MODEL = "isnet-general-use"


def ensure_rembg() -> Path:
    """Install rembg where it is not yet, and give its interpreter."""
    home = environment("rembg")
    python, warmed = home / "bin" / "python", home / "warmed"
    if not warmed.exists():
        # The first import compiles pymatting for most of a minute; later ones find it compiled.
        subprocess.run([python, "-c", "import rembg, rembg.cli, rembg.sessions"], check=True)
        warmed.touch()
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
    settings = {"U2NET_HOME": str(model_home(float_model)), "MODEL_CHECKSUM_DISABLED": "1"}
    command = [str(python.parent / "rembg"), "s", "--no-ui", "--host", "127.0.0.1", "--port", str(port)]
    with serving(command, port=port, ready_path="/openapi.json", log=log, environment=settings) as server:
        yield server
