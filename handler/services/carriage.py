"""How finished pictures reach their caller: in the answer, or by links to the store."""

from collections.abc import Sequence
from dataclasses import replace

from handler.domain.errors import InvalidParameterError, ResultTooLargeError, ZeroRetentionError
from handler.domain.identifiers import random62
from handler.domain.keeping import MAX_LINK_SECONDS, results_folder
from handler.domain.request import CutoutRequest, Delivery, Format
from handler.domain.result import Rendering
from handler.pipeline.run import Stopwatch
from handler.ports import ObjectStore
from handler.services.studio import Squeeze, as_they_are

_NAME_CHARS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_MAX_NAME_CHARS = 100
# Mostly a small PNG has five sixths of a fast one's bytes; what is further off is not tried.
_LEAST_SMALL_SHARE = 0.7


class Carriage:
    """
    Puts pictures into the answer where they fit, and into the store where that is wanted.

    Without objects nothing may be stored; without a maximum the transport carries everything.
    """

    def __init__(self, objects: ObjectStore | None, max_bytes: int | None) -> None:
        self._objects = objects
        self._max_bytes = max_bytes

    def check(self, request: CutoutRequest) -> None:
        """Refuse what could not be delivered, before any work."""
        if request.delivery is Delivery.LINKS and self._objects is None:
            raise ZeroRetentionError
        names = [variant.name for variant in request.variants]
        for name in names:
            if not 0 < len(name) <= _MAX_NAME_CHARS or not _NAME_CHARS.issuperset(name):
                raise InvalidParameterError("name", f"1 to {_MAX_NAME_CHARS} letters, digits, - and _", name)
            if names.count(name) > 1:
                raise InvalidParameterError("name", "a name of its own for each variant", name)

    def squeeze_for(self, delivery: Delivery) -> Squeeze:
        """What to squeeze: links are of any size."""
        return as_they_are if delivery is Delivery.LINKS else self._would_fit_squeezed

    def _would_fit_squeezed(self, renderings: Sequence[Rendering]) -> bool:
        """Whether they are too large for the answer, and might not be as small PNGs."""
        if self._fits(renderings):
            return False
        pngs = [rendering for rendering in renderings if rendering.format is Format.PNG]
        most_saved = (1 - _LEAST_SMALL_SHARE) * _size_of(pngs)
        return _size_of(renderings) - most_saved <= (self._max_bytes or 0)

    def _fits(self, renderings: Sequence[Rendering]) -> bool:
        return self._max_bytes is None or _size_of(renderings) <= self._max_bytes

    def deliver(
        self, renderings: Sequence[Rendering], request: CutoutRequest, account_id: str, watch: Stopwatch
    ) -> tuple[Rendering, ...]:
        """Give them as they travel: with their bytes, or each with a link in their place."""
        if request.delivery is not Delivery.LINKS and self._fits(renderings):
            return tuple(renderings)
        if request.delivery is Delivery.DIRECT or self._objects is None:
            raise ResultTooLargeError(
                f"The result has {_size_of(renderings)} bytes and {self._max_bytes} fit into an answer; ask "
                "for a smaller size, or for format webp or jpg"
            )
        folder = results_folder(account_id, request.shelf or random62(22))
        with watch.stage("store"):
            return tuple(_stored(rendering, folder, self._objects) for rendering in renderings)


def _stored(rendering: Rendering, folder: str, objects: ObjectStore) -> Rendering:
    filename = f"{rendering.name}.{rendering.format.value}"
    media_type = rendering.format.media_type
    objects.put(f"{folder}/{filename}", rendering.body, media_type)
    link = objects.link(f"{folder}/{filename}", MAX_LINK_SECONDS, filename, media_type)
    return replace(rendering, body=b"", link=link)


def _size_of(renderings: Sequence[Rendering]) -> int:
    return sum(len(rendering.body) for rendering in renderings)
