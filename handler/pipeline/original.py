"""One uploaded picture at whatever sizes are asked for."""

from concurrent.futures import Executor, Future

from handler.domain.image import Picture
from handler.domain.limits import Limits
from handler.domain.request import ColourSpace
from handler.pipeline.decode import decode, read_head


class Original:
    """Decodes aside, each size once, and ahead of time where it is known what will be wanted."""

    def __init__(self, data: bytes, limits: Limits, aside: Executor) -> None:
        self.head = read_head(data, limits)
        self._data = data
        self._limits = limits
        self._aside = aside
        self._decoding: dict[tuple[int, bool], Future[Picture]] = {}

    def expect(self, at_least: int, color: ColourSpace = ColourSpace.SRGB) -> Future[Picture]:
        """Begin to decode, unless what is decoded will do."""
        is_kept = color is ColourSpace.KEEP and self.head.has_profile
        key = self.head.scale_for(at_least), is_kept
        if key not in self._decoding:
            self._decoding[key] = self._aside.submit(
                decode, self._data, self._limits, at_least, keep_colours=is_kept
            )
        return self._decoding[key]

    def at(self, at_least: int, color: ColourSpace = ColourSpace.SRGB) -> Picture:
        """The picture, its longest side at least so long where the source's is."""
        return self.expect(at_least, color).result()
