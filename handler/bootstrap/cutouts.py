"""The use case of cutting out, joined to the model, the network and the store."""

from handler.bootstrap.books import Books
from handler.bootstrap.model import Models
from handler.domain.money import price_list
from handler.fetch.download import FetchRule, WebImages
from handler.fetch.target import read_exemptions
from handler.pipeline.decode.sniff import format_of
from handler.ports import MattingModel
from handler.services.carriage import Carriage
from handler.services.cutout import Cutouts
from handler.services.mattes import Mattes
from handler.services.pictures import Pictures
from handler.services.studio import Studio
from handler.services.uploads import Uploads
from handler.settings import Settings


def open_uploads(settings: Settings, books: Books) -> Uploads:
    """What callers keep here, or the refusal to keep anything."""
    return Uploads(None if settings.zero_retention else books.stores.objects, settings.limits.max_bytes)


def open_pictures(settings: Settings, uploads: Uploads) -> Pictures:
    """The callers' pictures, from the network too."""
    images = WebImages(format_of, FetchRule(read_exemptions(settings.fetch_allow_hosts)))
    return Pictures(images, uploads, settings.limits)


def open_cutouts(settings: Settings, books: Books, model: MattingModel, pictures: Pictures) -> Cutouts:
    """Join them; with zero retention nobody in there has a store to write to."""
    objects = None if settings.zero_retention else books.stores.objects
    mattes = Mattes(objects if settings.matte_cache else None)
    return Cutouts(
        accounts=books.accounts,
        prices=price_list(settings.prices),
        pictures=pictures,
        studio=Studio(Models(settings, model), mattes, settings.limits, settings.thread_count),
        carriage=Carriage(objects, settings.limits.max_result_bytes),
        limits=settings.limits,
    )
