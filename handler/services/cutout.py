"""Cutting out a picture for somebody who pays: hold the price, do the work, give back on failure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from handler.domain.account import Hold
from handler.domain.errors import InsufficientCreditsError
from handler.domain.image import Box
from handler.domain.limits import Limits
from handler.domain.order import Order
from handler.domain.request import CutoutRequest
from handler.domain.result import CutoutResult, Estimate, Rendering, Unchanged
from handler.pipeline.compose import lay_out
from handler.pipeline.decode import read_head
from handler.pipeline.run import Stopwatch
from handler.services.accounts import Accounts
from handler.services.advance import Advance
from handler.services.carriage import Carriage
from handler.services.pictures import Loaded, Pictures, has_addresses
from handler.services.studio import Studio
from handler.services.trial import capped


class Cutouts:
    """The use case of one picture in, one or more pictures out."""

    def __init__(
        self,
        accounts: Accounts,
        prices: Mapping[str, int],
        pictures: Pictures,
        studio: Studio,
        carriage: Carriage,
        limits: Limits,
    ) -> None:
        self._accounts = accounts
        self._prices = prices
        self._pictures = pictures
        self._studio = studio
        self._carriage = carriage
        self._limits = limits

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
            outcome = self._outcome(request, order, hold)
        except BaseException:
            self._accounts.release(hold)
            raise
        if isinstance(outcome, Unchanged):
            self._accounts.release(hold)
        return outcome

    def make(self, request: CutoutRequest, order: Order) -> tuple[Rendering, ...]:
        """Make the pictures for somebody who has paid, and who keeps them whatever their size."""
        self._carriage.check(request)
        watch = _watch(request, order)
        made = self._studio.make(self._load(request, order, watch), order.caller.account_id, watch)
        return _timed(made.renderings, watch)

    def price(self, request: CutoutRequest, order: Order) -> int:
        """What it costs, in thousandths; test keys are free."""
        return 0 if order.caller.test else sum(self._prices[name] for name in request.prices)

    def _outcome(self, request: CutoutRequest, order: Order, hold: Hold) -> CutoutResult | Unchanged:
        account_id, watch = order.caller.account_id, _watch(request, order)
        loaded = self._load(request, order, watch)
        if loaded.etag in order.known_etags:
            # What an address leads to is known only now.
            return Unchanged(str(loaded.etag))
        made = self._studio.make(loaded, account_id, watch, self._carriage.squeeze_for(request.delivery))
        renderings = self._carriage.deliver(made.renderings, request, account_id, watch)
        are_links = renderings[0].link is not None
        return CutoutResult(
            renderings=_timed(renderings, watch),
            hold=hold,
            cached=made.cached,
            # Known again, a link would be dead.
            etag=None if are_links else loaded.etag,
            input_link=self._pictures.link(request.source, account_id) if are_links else None,
        )

    def _known(self, request: CutoutRequest, order: Order) -> Unchanged | None:
        """Whether the caller has the answer, where that can be told before any credit is held."""
        if not order.known_etags or has_addresses(request):
            return None
        etag = self._load(request, order, Stopwatch(order.deadline)).etag
        if etag not in order.known_etags:
            return None
        self._accounts.hold(order.caller, 0, order.request_id)
        return Unchanged(str(etag))

    def _estimate(self, request: CutoutRequest, order: Order) -> Estimate:
        self._accounts.hold(order.caller, 0, order.request_id)
        loaded = self._load(request, order, Stopwatch(order.deadline))
        head = read_head(loaded.source, self._limits)
        size = head.full_width, head.full_height
        # Where the subject is nobody knows yet, so it is taken to fill the picture.
        layout = lay_out(Box(0, 0, *size), size, loaded.request.variants[0])
        return Estimate(
            price=self.price(request, order),
            width=layout.width,
            height=layout.height,
            cached=self._studio.has_kept(loaded, order.caller.account_id),
        )

    def _load(self, request: CutoutRequest, order: Order, watch: Stopwatch) -> Loaded:
        small = capped(request) if order.caller.test else request
        return self._pictures.load(small, order, self._studio.label(small), watch)


def _watch(request: CutoutRequest, order: Order) -> Stopwatch:
    return Stopwatch(order.deadline, Advance(order.progress, len(request.variants)))


def _timed(renderings: Sequence[Rendering], watch: Stopwatch) -> tuple[Rendering, ...]:
    """Each with the times of all."""
    return tuple(replace(rendering, timings=watch.timings()) for rendering in renderings)
