"""The systems by name: how to start one and how to send it a picture."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bench.exchange import Call, Running
from bench.peers.clearcut import demo_key, serve_clearcut
from bench.peers.float_model import float_model
from bench.peers.imgly import serve_imgly
from bench.peers.rembg import MODEL, serve_rembg

Start = Callable[[Path], AbstractContextManager[Running]]


@contextmanager
def clearcut(scratch: Path) -> Iterator[Running]:
    """Our service, medium quality, PNG."""
    home = scratch / "clearcut-home"
    with serve_clearcut(home, scratch / "clearcut.log") as server:
        call = Call("/v1/remove", "image_file", headers={"x-api-key": demo_key(home)})
        yield Running(server, call, health_path="/health")


@contextmanager
def rembg(scratch: Path) -> Iterator[Running]:
    """The server of rembg on the same weights in float32."""
    with serve_rembg(float_model(), scratch / "rembg.log") as server:
        yield Running(server, Call("/api/remove", "file", fields={"model": MODEL}))


@contextmanager
def imgly(scratch: Path) -> Iterator[Running]:
    """The JavaScript package on its medium model, the same weights in half precision."""
    with serve_imgly(scratch / "imgly.log") as server:
        yield Running(server, Call("/", "image"))


SYSTEMS: Mapping[str, Start] = {"clearcut": clearcut, "rembg": rembg, "imgly": imgly}
