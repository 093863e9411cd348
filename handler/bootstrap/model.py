"""The model that the service runs, loaded without the web, so that the web can be imported meanwhile."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from handler.domain.request import Quality
from handler.inference.catalogue import read_catalogue
from handler.ports import MattingModel
from handler.settings import Settings


def load_model(settings: Settings, quality: Quality = Quality.MEDIUM) -> MattingModel:
    """Load what serves a quality."""
    from handler.inference.onnx import OnnxMattingModel  # noqa: PLC0415 - not where one is given

    return OnnxMattingModel(read_catalogue(settings.models_dir).serving(quality), settings.thread_count)


class Models:
    """
    A model for each quality: medium's, but for those that have an installed row of their own.

    Those are loaded when they are first asked for. A model that is no row's takes the place of all.
    """

    def __init__(self, settings: Settings, medium: MattingModel) -> None:
        catalogue = read_catalogue(settings.models_dir)
        labels = {quality: row.label for quality in Quality if (row := catalogue.row_for(quality))}
        self._settings = settings
        self._loading = threading.Lock()
        self._loaded = {medium.label: medium}
        is_rows = labels.get(Quality.MEDIUM) == medium.label
        self._labels = {quality: labels[quality] if is_rows else medium.label for quality in Quality}

    def label(self, quality: Quality) -> str:
        """What runs for a quality."""
        return self._labels[quality]

    def serving(self, quality: Quality) -> MattingModel:
        """The model of a quality."""
        label = self._labels[quality]
        with self._loading:
            if label not in self._loaded:
                self._loaded[label] = load_model(self._settings, quality)
            return self._loaded[label]


@contextmanager
def loading(settings: Settings) -> Iterator[Future[MattingModel]]:
    """Load aside while the block runs: that work is not Python's, so that both go on at once."""
    with ThreadPoolExecutor(1) as aside:
        yield aside.submit(load_model, settings)
