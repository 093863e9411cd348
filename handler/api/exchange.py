"""One request and its answer: who asks, what for, the work, the answer, and then the bill."""

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass

import anyio.to_thread
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from handler.api.gateway import gateway_key_id, seconds_left
from handler.api.intake import read_inbound
from handler.api.repeats import answer_once
from handler.api.reply import Stopwatch, new_request_id, to_response
from handler.api.workers import Workers
from handler.dialects.base import Dialect, Inbound, Outbound, Route
from handler.domain.errors import ClearcutError, InternalError, ServiceError
from handler.domain.limits import Deadline, Limits
from handler.domain.order import Order
from handler.domain.result import CutoutResult, Outcome, Timing
from handler.services.desk import Desk
from handler.services.idempotency import Idempotency

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counter:
    """What every route works with."""

    desk: Desk
    idempotency: Idempotency
    workers: Workers
    limits: Limits
    deadline_seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided, and what is still to be done once it is out."""

    outbound: Outbound
    timings: tuple[Timing, ...] = ()
    settle: Callable[[], None] | None = None


class Exchange:
    """One route of one dialect, as an endpoint."""

    def __init__(self, dialect: Dialect, route: Route, counter: Counter) -> None:
        self._dialect = dialect
        self._route = route
        self._counter = counter

    async def answer(self, request: Request) -> Response:
        """Answer in the dialect's own form, whatever happens."""
        request_id, stopwatch = new_request_id(), Stopwatch()
        try:
            answer = await self._serve(request, request_id)
        except ClearcutError as error:
            log = logger.error if isinstance(error, ServiceError) else logger.info
            log("refused", extra={"request_id": request_id, "code": error.code})
            answer = Answer(self._dialect.present_error(error, request_id))
        except Exception:
            logger.exception("defect", extra={"request_id": request_id})
            answer = Answer(self._dialect.present_error(InternalError(), request_id))
        elapsed_ms = stopwatch.milliseconds()
        self._log(request_id, answer.outbound, elapsed_ms)
        background = BackgroundTask(answer.settle) if answer.settle else None
        return to_response(answer.outbound, request_id, elapsed_ms, answer.timings, background)

    async def _serve(self, request: Request, request_id: str) -> Answer:
        counter, scope = self._counter, request.scope
        deadline = Deadline.after(seconds_left(scope, counter.deadline_seconds))
        presented = self._dialect.credential(request.headers)
        # Before the body: nobody needs to send 20 MB to learn that a key is wrong.
        caller = await anyio.to_thread.run_sync(counter.desk.admit, presented, gateway_key_id(scope))
        order = Order(caller, request_id, deadline)
        async with counter.workers.place():
            inbound = await read_inbound(request, counter.limits)
            return await counter.workers.run(functools.partial(self._work, inbound, order))

    def _work(self, inbound: Inbound, order: Order) -> Answer:
        outcomes: list[Outcome] = []

        def run(order: Order) -> Outbound:
            outcomes.append(self._counter.desk.handle(self._route.parse(inbound), order))
            return self._route.present(outcomes[0])

        outbound = answer_once(self._counter.idempotency, self._route, inbound, order, run)
        if not outcomes:
            return Answer(outbound)
        outcome = outcomes[0]
        timings = outcome.rendering.timings if isinstance(outcome, CutoutResult) else ()
        return Answer(outbound, timings, functools.partial(self._counter.desk.settle, outcome))

    def _log(self, request_id: str, outbound: Outbound, elapsed_ms: int) -> None:
        facts = {
            "request_id": request_id,
            "dialect": self._dialect.name,
            "path": self._route.path,
            "status": outbound.status,
            "milliseconds": elapsed_ms,
            "bytes_out": len(outbound.body),
        }
        logger.info("answered", extra=facts)
