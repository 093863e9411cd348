"""One request and its answer: who asks, what for, the work, the answer, and then the bill."""

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass

import anyio.to_thread
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from handler.api.intake import read_inbound
from handler.api.reply import Stopwatch, new_request_id, to_response
from handler.api.workers import Workers
from handler.dialects.base import Dialect, Inbound, Outbound, Route
from handler.domain.account import Caller
from handler.domain.errors import ClearcutError, InternalError, ServiceError
from handler.domain.limits import Deadline, Limits
from handler.domain.result import CutoutResult, Timing
from handler.services.desk import Desk

logger = logging.getLogger(__name__)

# What is kept of Lambda's own time limit for sending the answer and for giving back what was held.
LAMBDA_RESERVE_SECONDS = 2.5


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided, and what is still to be done once it is out."""

    outbound: Outbound
    timings: tuple[Timing, ...] = ()
    settle: Callable[[], None] | None = None


class Exchange:
    """One route of one dialect, as an endpoint."""

    def __init__(
        self, dialect: Dialect, route: Route, desk: Desk, workers: Workers, limits: Limits, deadline_seconds: float
    ) -> None:
        self._dialect = dialect
        self._route = route
        self._desk = desk
        self._workers = workers
        self._limits = limits
        self._deadline_seconds = deadline_seconds

    async def answer(self, request: Request) -> Response:
        """Answer in the dialect's own form, whatever happens."""
        request_id, stopwatch = new_request_id(), Stopwatch()
        try:
            answer = await self._serve(request, request_id)
        except ClearcutError as error:
            log = logger.error if isinstance(error, ServiceError) else logger.info
            log("refused", extra={"request_id": request_id, "code": error.code, "details": error.details})
            answer = Answer(self._dialect.present_error(error, request_id))
        except Exception:
            logger.exception("defect", extra={"request_id": request_id})
            answer = Answer(self._dialect.present_error(InternalError(), request_id))
        elapsed_ms = stopwatch.milliseconds()
        logger.info(
            "answered",
            extra={
                "request_id": request_id,
                "dialect": self._dialect.name,
                "path": self._route.path,
                "status": answer.outbound.status,
                "milliseconds": elapsed_ms,
                "bytes_out": len(answer.outbound.body),
            },
        )
        background = BackgroundTask(answer.settle) if answer.settle else None
        return to_response(answer.outbound, request_id, elapsed_ms, answer.timings, background)

    async def _serve(self, request: Request, request_id: str) -> Answer:
        deadline = Deadline.after(self._seconds(request))
        # Before the body: nobody needs to send 20 MB to learn that a key is wrong.
        presented = self._dialect.credential(request.headers)
        caller = await anyio.to_thread.run_sync(self._desk.authenticate, presented)
        async with self._workers.place():
            inbound = await read_inbound(request, self._limits)
            work = functools.partial(self._work, inbound, caller, request_id, deadline)
            return await self._workers.run(work)

    def _work(self, inbound: Inbound, caller: Caller, request_id: str, deadline: Deadline) -> Answer:
        intent = self._route.parse(inbound)
        outcome = self._desk.handle(intent, caller, request_id, deadline)
        timings = outcome.rendering.timings if isinstance(outcome, CutoutResult) else ()
        settle = functools.partial(self._desk.settle, outcome)
        return Answer(self._route.present(outcome), timings, settle)

    def _seconds(self, request: Request) -> float:
        context = request.scope.get("aws.context")
        if context is None:
            return self._deadline_seconds
        left = context.get_remaining_time_in_millis() / 1000 - LAMBDA_RESERVE_SECONDS
        return float(min(self._deadline_seconds, left))
