"""Cutting out a picture for somebody who pays: hold the price, do the work, give back on failure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from handler.domain.account import Hold
from handler.domain.errors import InsufficientCreditsError
from handler.domain.image import Matte
from handler.domain.limits import Limits
from handler.domain.order import Order
from handler.domain.request import Compression, Cut, CutoutRequest, Frame, Variant
from handler.domain.result import CutoutResult, Estimate, Rendering, Unchanged
from handler.pipeline.decode import read_head
from handler.pipeline.run import Stopwatch, Tools, find, opened, render
from handler.ports import MattingModel
from handler.services.accounts import Accounts
from handler.services.advance import Advance
from handler.services.carriage import Carriage
from handler.services.mattes import Mattes, matte_name
from handler.services.pictures import Loaded, Pictures, has_addresses

TEST_MAX_SIDE = 512


@dataclass(frozen=True, slots=True)
class Bench:
    """What pictures are made with."""

    model: MattingModel
    limits: Limits
    threads: int


class Cutouts:
    """The use case of one picture in, one or more pictures out."""

    def __init__(
        self,
        accounts: Accounts,
        prices: Mapping[str, int],
        pictures: Pictures,
        mattes: Mattes,
        carriage: Carriage,
        bench: Bench,
    ) -> None:
        self._accounts = accounts
        self._prices = prices
        self._pictures = pictures
        self._mattes = mattes
        self._carriage = carriage
        self._bench = bench

    def cut_out(self, request: CutoutRequest, order: Order) -> CutoutResult | Estimate | Unchanged:
        """Give the pictures and the hold that pays for them, still open: it ends once the answer is out."""
        self._carriage.check(request)
        if request.dry_run:
            return self._estimate(request, order)
        known = self._known(request, order)
        if known is not None:
            return known
        price = 0 if order.paid else self.price(request, order)
        try:
            hold = self._accounts.hold(order.caller, price, order.request_id, order.hold_id)
        except InsufficientCreditsError:
            if request.if_unaffordable is None:
                raise
            return self.cut_out(request.if_unaffordable, order)
        try:
            outcome = self.make(request, order, hold)
        except BaseException:
            self._accounts.release(hold)
            raise
        if isinstance(outcome, Unchanged):
            self._accounts.release(hold)
        return outcome

    def price(self, request: CutoutRequest, order: Order) -> int:
        """What it costs, in thousandths; test keys are free."""
        return 0 if order.caller.test else sum(self._prices[name] for name in request.prices)

    def make(self, request: CutoutRequest, order: Order, hold: Hold) -> CutoutResult | Unchanged:
        """Do the work for a hold that somebody else has placed, and will end."""
        account_id, bench = order.caller.account_id, self._bench
        watch = Stopwatch(order.deadline, Advance(order.progress, len(request.variants)))
        loaded = self._load(request, order, watch)
        if loaded.etag in order.known_etags:
            return Unchanged(str(loaded.etag))
        with opened(loaded.source, bench.model, bench.limits, watch, bench.threads) as tools:
            mattes, cached = self._find(loaded, account_id, tools)
            renderings = _rendered(loaded.request, mattes, tools)
            if self._carriage.would_fit_squeezed(renderings, request.delivery):
                renderings = _rendered(_squeezed(loaded.request), mattes, tools)
        renderings = self._carriage.deliver(renderings, request, account_id, watch)
        return CutoutResult(
            renderings=tuple(replace(rendering, timings=watch.timings()) for rendering in renderings),
            hold=hold,
            cached=cached,
            etag=loaded.etag,
            input_link=self._pictures.link(request.source, account_id) if renderings[0].link else None,
        )

    def _estimate(self, request: CutoutRequest, order: Order) -> Estimate:
        hold = self._accounts.hold(order.caller, 0, order.request_id)
        loaded = self._load(request, order, Stopwatch(order.deadline))
        head, variant = read_head(loaded.source, self._bench.limits), loaded.request.variants[0]
        frame = variant.frame or Frame(None, None)
        width, height = variant.size_for(head.full_width, head.full_height)
        return Estimate(
            price=self.price(request, order),
            width=frame.width or width,
            height=frame.height or height,
            cached=all(self._mattes.has(name) for name in self._names(loaded, hold.account_id).values()),
        )

    def _known(self, request: CutoutRequest, order: Order) -> Unchanged | None:
        """Whether the caller has the answer, where that can be told before any credit is held."""
        if not order.known_etags or has_addresses(request):
            return None
        loaded = self._load(request, order, Stopwatch(order.deadline))
        if loaded.etag not in order.known_etags:
            return None
        self._accounts.hold(order.caller, 0, order.request_id)
        return Unchanged(str(loaded.etag))

    def _load(self, request: CutoutRequest, order: Order, watch: Stopwatch) -> Loaded:
        capped = _capped(request) if order.caller.test else request
        return self._pictures.load(capped, order, self._bench.model.label, watch)

    def _names(self, loaded: Loaded, account_id: str) -> dict[Cut, str]:
        """Under which name the cache has the matte of each distinct quality."""
        label = self._bench.model.label
        cuts = (_cut_for(variant, loaded.request) for variant in loaded.request.variants)
        return {cut: matte_name(account_id, loaded.digest, label, cut) for cut in cuts}

    def _find(self, loaded: Loaded, account_id: str, tools: Tools) -> tuple[dict[Cut, Matte], bool]:
        """The matte of each distinct quality, and whether all were kept."""
        found, cached = {}, True
        for cut, name in self._names(loaded, account_id).items():
            matte = self._mattes.find(name)
            if matte is None:
                cached = False
                matte = find(self._bench.model, loaded.request.variants, tools)
                # Written while the variants are made.
                tools.aside.submit(self._mattes.keep, name, matte)
            found[cut] = matte
        return found, cached


def _cut_for(variant: Variant, request: CutoutRequest) -> Cut:
    return replace(request.cut, quality=variant.quality or request.cut.quality)


def _rendered(request: CutoutRequest, mattes: Mapping[Cut, Matte], tools: Tools) -> Sequence[Rendering]:
    """Every variant in order; neighbours that share a matte share more."""
    return [
        rendering
        for cut, variants in groupby(request.variants, lambda variant: _cut_for(variant, request))
        for rendering in render(mattes[cut], tuple(variants), tools)
    ]


def _squeezed(request: CutoutRequest) -> CutoutRequest:
    """The same with every PNG as small as it can be."""
    variants = (replace(variant, compression=Compression.SMALL) for variant in request.variants)
    return replace(request, variants=tuple(variants))


def _capped(request: CutoutRequest) -> CutoutRequest:
    """Test keys are free and give small pictures."""
    return replace(request, variants=tuple(_small(variant) for variant in request.variants))


def _small(variant: Variant) -> Variant:
    caps = [TEST_MAX_SIDE, *([variant.max_side] if variant.max_side else [])]
    frame = variant.frame
    if frame is None:
        return replace(variant, max_side=min(caps))
    if frame.width is None or frame.height is None:
        # The side that follows from the other could be any length.
        caps += [side for side in (frame.width, frame.height) if side is not None]
        return replace(variant, max_side=min(caps), frame=None)
    longest = max(frame.width, frame.height, TEST_MAX_SIDE)
    width, height = (max(1, side * TEST_MAX_SIDE // longest) for side in (frame.width, frame.height))
    return replace(variant, frame=replace(frame, width=width, height=height))
