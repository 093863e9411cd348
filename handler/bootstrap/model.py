"""The model that the service runs, loaded without the web, so that the web can be imported meanwhile."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from handler.inference.catalogue import read_catalogue
from handler.ports import MattingModel
from handler.settings import Settings


def load_model(settings: Settings) -> MattingModel:
    """Load what serves medium quality."""
    from handler.inference.onnx import OnnxMattingModel  # noqa: PLC0415 - not where one is given

    return OnnxMattingModel(read_catalogue(settings.models_dir).serving("medium"), settings.thread_count)


@contextmanager
def loading(settings: Settings) -> Iterator[Future[MattingModel]]:
    """Load aside while the block runs: that work is not Python's, so that both go on at once."""
    with ThreadPoolExecutor(1) as aside:
        yield aside.submit(load_model, settings)
