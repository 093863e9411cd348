"""rembg's cut-outs, each made once: the same picture and setting give the same result for ever."""

import hashlib
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.peers.float_model import float_model
from bench.peers.rembg import CACHE, LOCK, ensure_rembg, model_home

KEPT = CACHE / "accuracy"


class PeerFailedError(RuntimeError):
    """A peer ended before it had cut out every picture."""


def rembg_cutouts(pictures: Sequence[Path], setting: str) -> Iterator[Path]:
    """The PNG of every picture, as soon as it is there."""
    kept = {picture: kept_at(picture, setting) for picture in pictures}
    missing = [(picture, png) for picture, png in kept.items() if not png.exists()]
    made = _made(missing, setting)
    for picture in pictures:
        if not kept[picture].exists() and next(made, None) is None:
            raise PeerFailedError(f"rembg {setting} ended before {picture}")
        yield kept[picture]


def kept_at(picture: Path, setting: str) -> Path:
    """Where the result of these bytes lies, by this setting of exactly these packages."""
    packages = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    return KEPT / packages / setting / f"{hashlib.sha256(picture.read_bytes()).hexdigest()}.png"


def _made(jobs: Sequence[tuple[Path, Path]], setting: str) -> Iterator[Path]:
    """Work through what is missing in one process of rembg's own environment."""
    if not jobs:
        return
    python, models = ensure_rembg(), model_home(float_model())
    script = Path(__file__).with_name("rembg_batch.py")
    # `env` adds to the inherited environment; our file holds the published weights, not their bytes.
    settings = [f"U2NET_HOME={models}", "MODEL_CHECKSUM_DISABLED=1"]
    command = ["env", *settings, str(python), str(script), setting]
    jobs[0][1].parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{picture.resolve()}\t{png}\n" for picture, png in jobs)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as peer:
        if peer.stdin is None or peer.stdout is None:
            raise PeerFailedError(f"rembg {setting}: no pipes")
        peer.stdin.write(lines)
        peer.stdin.close()
        for line in peer.stdout:
            yield Path(line.strip())
