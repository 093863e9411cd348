"""The pictures of a request, brought from wherever they are."""

import hashlib
from dataclasses import dataclass, field, replace

from handler.domain.errors import CallerError, InvalidParameterError, ResolutionTooHighError
from handler.domain.limits import Limits
from handler.domain.order import Order
from handler.domain.request import CutoutRequest, ImageUrl, Scene, Source, StoredImage, Variant
from handler.pipeline.decode import read_head
from handler.pipeline.run import Stopwatch
from handler.ports import ImageSource
from handler.services.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Loaded:
    """
    A request whose pictures are all here.

    Attributes:
        request: every source and backdrop in it is bytes.
        digest: of the source.
        etag: names the answer; None where no answer is to be known again.
    """

    request: CutoutRequest
    source: bytes = field(repr=False)
    digest: str
    etag: str | None


class Pictures:
    """Sources and backdrops, which callers send along, name by an address, or have uploaded before."""

    def __init__(self, images: ImageSource, uploads: Uploads, limits: Limits) -> None:
        self._images = images
        self._uploads = uploads
        self._limits = limits

    def load(self, request: CutoutRequest, order: Order, label: str, watch: Stopwatch) -> Loaded:
        """Bring all of them; the model's label is part of the answer's name."""
        source = self._bytes_of(request.source, order, watch)
        variants = tuple(self._with_backdrop(variant, order, watch) for variant in request.variants)
        digest = hashlib.sha256(source).hexdigest()
        loaded = replace(request, source=source, variants=variants)
        if request.max_source_side is not None:
            self._check_sides(loaded, request.max_source_side)
        return Loaded(loaded, source, digest, _etag(loaded, digest, order, label) if order.form else None)

    def bring(self, source: Source, order: Order) -> bytes:
        """Bring one picture alone, for whoever does nothing with it yet."""
        return self._bytes_of(source, order, Stopwatch(order.deadline))

    def link(self, source: Source, account_id: str) -> str | None:
        """Where what was sent is to be had, where it is kept anyway."""
        return self._uploads.link(account_id, source.id) if isinstance(source, StoredImage) else None

    def _with_backdrop(self, variant: Variant, order: Order, watch: Stopwatch) -> Variant:
        scene = variant.background
        if not isinstance(scene, Scene) or scene.picture is None:
            return variant
        try:
            picture = self._bytes_of(scene.picture, order, watch)
        except InvalidParameterError:
            raise
        except CallerError as error:
            name = "bg_image_url" if isinstance(scene.picture, ImageUrl) else "bg_image_file"
            blaming = type(error)(f"{name}: {error.details or error.message}")
            blaming.field = name
            raise blaming from error
        return replace(variant, background=replace(scene, picture=picture))

    def _check_sides(self, loaded: CutoutRequest, most: int) -> None:
        for picture in (loaded.source, *_backdrops(loaded)):
            if isinstance(picture, bytes):
                head = read_head(picture, self._limits)
                if max(head.full_width, head.full_height) > most:
                    raise ResolutionTooHighError(f"At most {most} pixels a side are taken")

    def _bytes_of(self, source: Source, order: Order, watch: Stopwatch) -> bytes:
        if isinstance(source, bytes):
            return source
        with watch.stage("fetch"):
            if isinstance(source, StoredImage):
                return self._uploads.load(order.caller.account_id, source.id)
            return self._images.fetch(source.text, self._limits.max_bytes, order.deadline)


def has_addresses(request: CutoutRequest) -> bool:
    """Whether anything has to be fetched from the network for it."""
    return any(isinstance(source, ImageUrl) for source in (request.source, *_backdrops(request)))


def _backdrops(request: CutoutRequest) -> list[Source]:
    scenes = (variant.background for variant in request.variants)
    return [scene.picture for scene in scenes if isinstance(scene, Scene) and scene.picture is not None]


def _etag(loaded: CutoutRequest, digest: str, order: Order, label: str) -> str:
    digests = [hashlib.sha256(each).hexdigest() for each in _backdrops(loaded) if isinstance(each, bytes)]
    # The text of a request names everything in it but its pictures.
    parts = (order.form, label, order.caller.test, loaded, digest, *digests)
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'
