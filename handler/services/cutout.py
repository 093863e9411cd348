"""Cutting out a picture for somebody who pays: hold the price, do the work, give back on failure."""

import time
from dataclasses import replace

from handler.domain.errors import ResultTooLargeError
from handler.domain.limits import Deadline, Limits
from handler.domain.order import Order
from handler.domain.request import CutoutRequest, Source, StoredImage, Variant
from handler.domain.result import CutoutResult, Rendering, Timing
from handler.pipeline.run import run
from handler.ports import ImageSource, MattingModel
from handler.services.accounts import Accounts

TEST_MAX_SIDE = 512


class Cutouts:
    """The use case of one picture in, one picture out."""

    def __init__(
        self,
        accounts: Accounts,
        images: ImageSource,
        model: MattingModel,
        limits: Limits,
        price: int,
        threads: int,
    ) -> None:
        self._accounts = accounts
        self._images = images
        self._model = model
        self._limits = limits
        self._price = price
        self._threads = threads

    def cut_out(self, request: CutoutRequest, order: Order) -> CutoutResult:
        """Give the picture and the hold that pays for it, still open: it is ended once the answer is out."""
        caller = order.caller
        price = 0 if caller.test or order.paid else self._price
        hold = self._accounts.hold(caller, price, order.request_id, order.hold_id)
        try:
            rendering = self._render(_capped(request) if caller.test else request, order.deadline)
        except BaseException:
            self._accounts.release(hold)
            raise
        return CutoutResult((rendering,), hold)

    def _render(self, request: CutoutRequest, deadline: Deadline) -> Rendering:
        source, fetching = self._load(request.source, deadline)
        rendering = run(source, request.variants[0], self._model, self._limits, deadline, self._threads)
        most = self._limits.max_result_bytes
        if most is not None and len(rendering.body) > most:
            raise ResultTooLargeError(
                f"The {request.variants[0].format} has {len(rendering.body)} bytes and {most} fit; "
                "ask for a smaller size, or for format webp or jpg"
            )
        return replace(rendering, timings=(*fetching, *rendering.timings))

    def _load(self, source: Source, deadline: Deadline) -> tuple[bytes, tuple[Timing, ...]]:
        if isinstance(source, bytes):
            return source, ()
        if isinstance(source, StoredImage):
            raise TypeError(source)
        began = time.perf_counter()
        data = self._images.fetch(source.text, self._limits.max_bytes, deadline)
        return data, (Timing("fetch", (time.perf_counter() - began) * 1000),)


def _capped(request: CutoutRequest) -> CutoutRequest:
    """Test keys are free and give small pictures."""
    return replace(request, variants=tuple(_small(variant) for variant in request.variants))


def _small(variant: Variant) -> Variant:
    asked = variant.max_side
    return replace(variant, max_side=TEST_MAX_SIDE if asked is None else min(asked, TEST_MAX_SIDE))
