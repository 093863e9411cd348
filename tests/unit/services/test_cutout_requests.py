"""The use case of cutting out, without the web: what is asked for, what it costs, how far it has come."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pytest

from handler.domain.account import Caller
from handler.domain.errors import (
    ImageUrlFailedError,
    InsufficientCreditsError,
    InvalidParameterError,
    NoSubjectError,
    StoreUnavailableError,
    UploadNotFoundError,
)
from handler.domain.image import Bytes, Floats
from handler.domain.limits import Deadline, Limits
from handler.domain.money import PRICES
from handler.domain.order import Order
from handler.domain.request import (
    Cut,
    CutoutRequest,
    Delivery,
    Edge,
    Fit,
    Format,
    Frame,
    ImageUrl,
    Quality,
    Scene,
    Source,
    StoredImage,
    Variant,
)
from handler.domain.result import CutoutResult, Estimate, Unchanged
from handler.ports import ObjectStore
from handler.services.carriage import Carriage
from handler.services.cutout import Cutouts
from handler.services.mattes import Mattes
from handler.services.pictures import Pictures
from handler.services.studio import Studio
from handler.services.uploads import Uploads
from tests.fakes import FakeModel, OneModel
from tests.images import encoded, photo
from tests.unit.services.conftest import Books

PICTURE = encoded(photo(160, 120))
PRICE = PRICES["native.picture"]


@dataclass(slots=True)
class Watched:
    """A model that counts, and waits until it is let go."""

    label: str = "watched@000000000000"
    input_size: tuple[int, int] = (64, 64)
    runs: int = 0
    may_run: threading.Event = field(default_factory=threading.Event)
    radius: float = 0.3

    def input_size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """The same for every shape."""
        return self.input_size

    def predict(self, rgb: Bytes) -> Floats:
        """Alpha of a disc."""
        self.runs += 1
        self.may_run.wait(timeout=10)
        return FakeModel(radius=self.radius).predict(rgb)


@dataclass(frozen=True, slots=True)
class Web:
    """The pictures of a small Internet."""

    pages: Mapping[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def fetch(self, url: str, max_bytes: int, deadline: Deadline) -> bytes:
        """Give a page or fail."""
        self.asked.append(url)
        if url not in self.pages:
            raise ImageUrlFailedError("It is not there")
        return self.pages[url]


@pytest.fixture
def model() -> Watched:
    """A model that does not wait."""
    model = Watched()
    model.may_run.set()
    return model


@pytest.fixture
def web() -> Web:
    """One picture."""
    return Web({"https://example.com/a.png": PICTURE})


@pytest.fixture
def objects(books: Books) -> ObjectStore:
    """What stores the results."""
    return books.backend.objects


@pytest.fixture
def cutouts(books: Books, model: Watched, web: Web, objects: ObjectStore) -> Cutouts:
    """The use case on SQLite and a folder."""
    limits = Limits()
    return Cutouts(
        accounts=books.accounts,
        prices=PRICES,
        pictures=Pictures(web, Uploads(objects, limits.max_bytes), limits),
        studio=Studio(OneModel(model), Mattes(objects), limits, 1),
        carriage=Carriage(objects, None),
        limits=limits,
    )


def order_of(caller: Caller, progress: Callable[[str, float], None] | None = None) -> Order:
    """An order without an end."""
    order = Order(caller, "req_1", Deadline.after(60), form="form")
    return order if progress is None else replace(order, progress=progress)


def cut(cutouts: Cutouts, request: CutoutRequest, order: Order) -> CutoutResult:
    """Run a request that is to give pictures."""
    outcome = cutouts.cut_out(request, order)
    assert isinstance(outcome, CutoutResult)
    return outcome


def test_the_names_in_the_price_list_make_one_hold(books: Books, cutouts: Cutouts) -> None:
    """Whatever the number of variants."""
    prices = (
        "backgroundcut.picture",
        "backgroundcut.autocropped_variant",
        "backgroundcut.autocropped_variant",
    )
    variants = (Variant("a"), Variant("b"), Variant("c"))
    result = cut(
        cutouts, CutoutRequest(PICTURE, variants=variants, prices=prices), order_of(books.caller(5000))
    )

    assert (2000, 3000) == (result.hold.amount, result.hold.remaining)
    assert ["a", "b", "c"] == [rendering.name for rendering in result.renderings]


def test_the_model_runs_once_for_each_distinct_quality(
    books: Books, cutouts: Cutouts, model: Watched
) -> None:
    """And the variants come in the order in which they were asked for."""
    low, medium = Quality.LOW, Quality.MEDIUM
    qualities = {"a": low, "b": None, "c": low, "d": medium}
    variants = tuple(Variant(name, quality=quality) for name, quality in qualities.items())
    result = cut(cutouts, CutoutRequest(PICTURE, variants=variants), order_of(books.caller(5000)))

    assert 2 == model.runs
    assert list(qualities) == [rendering.name for rendering in result.renderings]


def test_what_is_asked_of_the_edge_is_done(books: Books, cutouts: Cutouts, model: Watched) -> None:
    """By way of a matte that is kept once."""
    caller = books.caller(5000)
    edges = (Edge(), Edge(shift=4), Edge(shift=-4))
    widths = [
        cut(cutouts, CutoutRequest(PICTURE, Cut(edge=edge)), order_of(caller)).rendering.subject.width
        for edge in edges
    ]

    assert widths[2] < widths[0] < widths[1]
    assert 1 == model.runs


def test_who_cannot_pay_gets_what_was_asked_for_instead(books: Books, cutouts: Cutouts) -> None:
    """A preview where a picture is too dear."""
    preview = CutoutRequest(PICTURE, variants=(Variant(max_side=64),), prices=("removebg.preview",))
    request = CutoutRequest(PICTURE, prices=("removebg.picture",), if_unaffordable=preview)
    rich, poor, beggar = (order_of(books.caller(credit)) for credit in (1000, 250, 249))

    assert [(1000, 160), (250, 64)] == [
        (result.hold.amount, result.rendering.width)
        for result in (cut(cutouts, request, order) for order in (rich, poor))
    ]
    with pytest.raises(InsufficientCreditsError):
        cutouts.cut_out(request, beggar)


def test_a_dry_run_prices_and_does_nothing(
    books: Books, cutouts: Cutouts, model: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No pixel is decoded and nothing is held; it says whether the matte is kept."""
    caller = books.caller(0)
    request = CutoutRequest(PICTURE, variants=(Variant(max_side=80),), dry_run=True)
    with monkeypatch.context() as patch:
        patch.setattr("handler.pipeline.original.decode", None)
        before = cutouts.cut_out(request, order_of(caller))
    cutouts.make(replace(request, dry_run=False), order_of(caller))
    after = cutouts.cut_out(request, order_of(caller))

    assert Estimate(PRICE, 80, 60, cached=False) == before
    assert Estimate(PRICE, 80, 60, cached=True) == after
    assert 1 == model.runs


@pytest.mark.parametrize(
    ("variant", "size"),
    [
        (Variant(), (160, 120)),
        (Variant(max_pixels=4800), (80, 60)),
        (Variant(frame=Frame(300, None)), (300, 225)),
        (Variant(frame=Frame(50, 40, Fit.COVER)), (50, 40)),
    ],
)
def test_a_dry_run_foretells_the_size(
    books: Books, cutouts: Cutouts, variant: Variant, size: tuple[int, int]
) -> None:
    """As exactly as the picture's head tells it."""
    request = CutoutRequest(PICTURE, variants=(variant,), dry_run=True)
    told = cutouts.cut_out(request, order_of(books.caller(0)))
    done = cut(cutouts, replace(request, dry_run=False), order_of(books.caller(1000))).rendering

    assert Estimate(PRICE, *size, cached=False) == told
    assert size == (done.width, done.height)


def test_progress_stands_still_where_the_work_does(books: Books, cutouts: Cutouts, model: Watched) -> None:
    """It is told at the end of each stage, and only grows."""
    told: list[tuple[str, float]] = []
    model.may_run.clear()
    order = order_of(books.caller(5000), lambda stage, done: told.append((stage, done)))
    request = CutoutRequest(PICTURE, variants=(Variant("a"), Variant("b")))
    working = threading.Thread(target=cutouts.cut_out, args=(request, order))
    working.start()
    while model.runs == 0:
        working.join(timeout=0.01)
    stalled = list(told)
    model.may_run.set()
    working.join()

    assert "decode" == stalled[-1][0]
    assert stalled[-1][1] < 0.5
    assert ["matte", "decode", "refine", "compose", "encode"] == [stage for stage, _ in told][len(stalled) :][
        :5
    ]
    shares = [done for _, done in told]
    assert sorted(shares) == shares
    assert ("encode", 1.0) == told[-1]


def test_a_background_comes_from_wherever_a_source_comes_from(
    books: Books, cutouts: Cutouts, objects: ObjectStore
) -> None:
    """From the request, an address or an upload; the bytes are the same."""
    caller = books.caller(9000)
    upload = StoredImage(Uploads(objects, 10**6).keep(caller.account_id, PICTURE))
    pictures: tuple[Source, ...] = (PICTURE, ImageUrl("https://example.com/a.png"), upload)
    results = [
        cut(cutouts, CutoutRequest(source, variants=(Variant(background=Scene(picture)),)), order_of(caller))
        for source, picture in zip(pictures, reversed(pictures), strict=True)
    ]

    assert 1 == len({result.rendering.body for result in results})


@pytest.mark.parametrize(
    ("picture", "error", "name"),
    [
        (ImageUrl("https://example.com/gone.png"), ImageUrlFailedError, "bg_image_url"),
        (StoredImage("none"), UploadNotFoundError, "bg_image_file"),
    ],
)
def test_a_background_that_cannot_be_had_is_named(
    books: Books,
    cutouts: Cutouts,
    picture: ImageUrl | StoredImage,
    error: type[ImageUrlFailedError] | type[UploadNotFoundError],
    name: str,
) -> None:
    """So that nobody looks for the fault in the source; and nothing is spent."""
    caller = books.caller(1000)
    request = CutoutRequest(PICTURE, variants=(Variant(background=Scene(picture)),))
    with pytest.raises(error) as caught:
        cutouts.cut_out(request, order_of(caller))

    assert name == caught.value.field
    assert 0 == books.accounts.balance(caller).used


@pytest.mark.parametrize(
    ("variant", "size"),
    [
        (Variant(), (512, 384)),
        (Variant(max_side=100), (100, 75)),
        (Variant(frame=Frame(2000, 1000)), (512, 256)),
        (Variant(frame=Frame(300, 200)), (300, 200)),
        (Variant(frame=Frame(800, None)), (512, 384)),
        (Variant(frame=Frame(None, 75)), (75, 56)),
    ],
)
def test_a_test_key_gets_small_pictures_for_nothing(
    books: Books, cutouts: Cutouts, variant: Variant, size: tuple[int, int]
) -> None:
    """At most 512 pixels a side, whatever canvas was asked for."""
    caller = replace(books.caller(0), test=True)
    result = cut(cutouts, CutoutRequest(encoded(photo(1024, 768)), variants=(variant,)), order_of(caller))

    assert (*size, 0) == (result.rendering.width, result.rendering.height, result.hold.amount)


def test_links_lie_on_the_shelf_of_their_account(
    books: Books, cutouts: Cutouts, objects: ObjectStore
) -> None:
    """Under the variant's name; what was uploaded is linked beside them."""
    caller = books.caller(9000)
    upload = StoredImage(Uploads(objects, 10**6).keep(caller.account_id, PICTURE))
    variants = (Variant("full"), Variant("thumb", max_side=32, format=Format.WEBP))
    request = CutoutRequest(upload, variants=variants, delivery=Delivery.LINKS, shelf="job_1")
    result = cut(cutouts, request, order_of(caller))
    shelf = f"results/{caller.account_id}/job_1"

    assert [b"", b""] == [rendering.body for rendering in result.renderings]
    sizes = [objects.size(f"{shelf}/{name}") for name in ("full.png", "thumb.webp")]
    assert sizes == [rendering.size_bytes for rendering in result.renderings]
    assert all("/files/" in str(rendering.link) for rendering in result.renderings)
    assert f"uploads/{caller.account_id}" in str(result.input_link)
    assert result.etag is None


@pytest.mark.parametrize("names", [("a/b",), ("",), ("..",), ("a", "a"), ("x" * 101,)])
def test_a_variants_name_is_a_plain_one_of_its_own(
    books: Books, cutouts: Cutouts, names: tuple[str, ...]
) -> None:
    """It becomes part of an object's name."""
    request = CutoutRequest(PICTURE, variants=tuple(map(Variant, names)))
    with pytest.raises(InvalidParameterError):
        cutouts.cut_out(request, order_of(books.caller(1000)))


def test_what_an_address_leads_to_is_part_of_the_answers_name(
    books: Books, cutouts: Cutouts, web: Web, model: Watched
) -> None:
    """It is fetched once more, and neither run nor charged where it is the same."""
    caller, url = books.caller(9000), ImageUrl("https://example.com/a.png")
    first = cut(cutouts, CutoutRequest(url), order_of(caller))
    books.accounts.release(first.hold)
    again = cutouts.cut_out(
        CutoutRequest(url), replace(order_of(caller), known_etags=frozenset({str(first.etag)}))
    )

    assert Unchanged(str(first.etag)) == again
    assert (2, 1, 0) == (len(web.asked), model.runs, books.accounts.balance(caller).used)


def test_whatever_fails_gives_the_credits_back(
    books: Books, cutouts: Cutouts, model: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No subject, or no store for what should be linked."""
    caller = books.caller(1000)
    model.radius = -1
    with pytest.raises(NoSubjectError):
        cutouts.cut_out(CutoutRequest(PICTURE), order_of(caller))
    model.radius = 0.3

    def fail(*_: object) -> None:
        raise StoreUnavailableError

    monkeypatch.setattr(books.backend.objects, "put", fail)
    with pytest.raises(StoreUnavailableError):
        cutouts.cut_out(CutoutRequest(PICTURE, delivery=Delivery.LINKS), order_of(caller))

    assert 0 == books.accounts.balance(caller).used
