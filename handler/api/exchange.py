"""One request and its answer: who asks, what for, the work, the answer, and then the bill."""

import functools
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

import anyio.to_thread
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from handler.api.etags import form_of, known_etags, marked, unchanged
from handler.api.gateway import gateway_key_id, seconds_left
from handler.api.intake import before_the_body, read_inbound
from handler.api.repeats import answer_once, is_repeatable
from handler.api.reply import Elapsed, check_fit, new_request_id, to_response
from handler.api.streams import Streams
from handler.api.workers import Workers
from handler.dialects.base import SIGNED_REQUEST, Access, Dialect, Inbound, Outbound, Route
from handler.domain.account import NOBODY, Caller
from handler.domain.errors import ClearcutError, InternalError
from handler.domain.limits import Deadline, Limits
from handler.domain.order import Order
from handler.domain.result import CutoutResult, Outcome, Timing, Unchanged
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
    streams: Streams = field(default_factory=Streams)


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What was decided, and the outcome that is still to be billed once it is out.

    Attributes:
        kept: the answer waits for a repetition, so that it was not made in vain.
    """

    outbound: Outbound
    outcome: Outcome | None = None
    kept: bool = False
    code: str | None = None


class Exchange:
    """One route of one dialect, as an endpoint."""

    def __init__(self, dialect: Dialect, route: Route, counter: Counter) -> None:
        self._dialect = dialect
        self._route = route
        self._counter = counter

    async def answer(self, request: Request) -> Response:
        """Answer in the dialect's own form, whatever happens."""
        request_id, stopwatch = new_request_id(), Elapsed()
        try:
            answer = await self._serve(request, request_id, stopwatch)
        except ClearcutError as error:
            answer = Answer(self._dialect.present_error(error, request_id), code=error.code)
        except Exception:
            logger.exception("defect", extra={"request_id": request_id})
            defect = InternalError()
            answer = Answer(self._dialect.present_error(defect, request_id), code=defect.code)
        elapsed_ms = stopwatch.milliseconds()
        self._log(request_id, answer, elapsed_ms)
        bill = await self._bill(request, answer)
        outbound, pieces = await self._counter.streams.carried(answer.outbound, request.scope)
        return to_response(outbound, request_id, elapsed_ms, _timings(answer.outcome), bill, pieces)

    async def _serve(self, request: Request, request_id: str, stopwatch: Elapsed) -> Answer:
        counter, scope = self._counter, request.scope
        async with before_the_body(request, counter.limits):
            caller = await anyio.to_thread.run_sync(self._admit, request)
        if not self._route.takes_place:
            return await anyio.to_thread.run_sync(
                self._work,
                await read_inbound(request, counter.limits),
                self._order(caller, request_id, scope),
            )
        async with AsyncExitStack() as held:
            async with before_the_body(request, counter.limits):
                await held.enter_async_context(counter.workers.place())
            inbound = await read_inbound(request, counter.limits)
            stopwatch.restart()
            order = self._order(caller, request_id, scope)
            return await counter.workers.run(functools.partial(self._work, inbound, order))

    def _admit(self, request: Request) -> Caller:
        """Ask for key or token before the body: nobody needs to send 20 MB to learn that it is wrong."""
        desk, dialect = self._counter.desk, self._dialect
        desk.check_served(dialect.name)
        if self._route.access is Access.TOKEN:
            # One that comes in the body can only be looked at later.
            for token in request.query_params.getlist(SIGNED_REQUEST)[:1]:
                desk.check_token(token, (self._route.method, self._route.path))
        if self._route.access is not Access.KEY:
            return NOBODY
        presented = dialect.credential(request.headers)
        return desk.admit(dialect.name, presented, gateway_key_id(request.scope))

    def _order(self, caller: Caller, request_id: str, scope: Scope) -> Order:
        return Order(caller, request_id, Deadline.after(seconds_left(scope, self._counter.deadline_seconds)))

    def _work(self, inbound: Inbound, order: Order) -> Answer:
        outcomes: list[Outcome] = []
        if self._route.access is Access.TOKEN:
            inbound, order = self._redeemed(inbound, order)

        form = form_of(self._dialect.name, self._route, inbound)
        order = replace(order, form=form, known_etags=known_etags(inbound))

        def run(order: Order) -> Outbound:
            outcomes.append(self._counter.desk.handle(self._route.parse(inbound), order))
            return self._present(outcomes[0], inbound)

        outbound = answer_once(self._counter.idempotency, self._route, inbound, order, run)
        return Answer(outbound, outcomes[0] if outcomes else None, is_repeatable(self._route, inbound))

    def _redeemed(self, inbound: Inbound, order: Order) -> tuple[Inbound, Order]:
        """Use the token up before any work, and act for the account that gave it."""
        given = [text for name, text in (*inbound.query, *inbound.fields) if name == SIGNED_REQUEST]
        grant = self._counter.desk.redeem(given[0] if given else "", (self._route.method, self._route.path))
        return replace(inbound, grant=grant.payload), replace(order, caller=grant.caller)

    def _present(self, outcome: Outcome, inbound: Inbound) -> Outbound:
        if isinstance(outcome, Unchanged):
            return unchanged(outcome.etag)
        try:
            outbound = marked(self._route.present(outcome, inbound), outcome)
            check_fit(outbound, self._counter.limits)
        except BaseException:
            self._counter.desk.forgive(outcome)
            raise
        return outbound

    async def _bill(self, request: Request, answer: Answer) -> BackgroundTask | None:
        """Charge after the answer is out, unless the caller has left without it."""
        if answer.outcome is None:
            return None
        left = not answer.kept and await request.is_disconnected()
        desk = self._counter.desk
        return BackgroundTask(desk.forgive if left else desk.settle, answer.outcome)

    def _log(self, request_id: str, answer: Answer, elapsed_ms: int) -> None:
        facts = {
            "request_id": request_id,
            "dialect": self._dialect.name,
            "path": self._route.path,
            "status": answer.outbound.status,
            "code": answer.code,
            "milliseconds": elapsed_ms,
            "bytes_out": len(answer.outbound.body),
        }
        level = logging.ERROR if answer.outbound.status >= 500 else logging.INFO
        logger.log(level, "answered", extra={name: fact for name, fact in facts.items() if fact is not None})


def _timings(outcome: Outcome | None) -> tuple[Timing, ...]:
    return outcome.rendering.timings if isinstance(outcome, CutoutResult) else ()
