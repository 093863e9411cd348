"""Where the web meets the use cases: who is asking, what they asked for, and the bill."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from handler.domain.account import Caller
from handler.domain.errors import PermissionDeniedError, ServiceError, ZeroRetentionError
from handler.domain.order import Order
from handler.domain.request import (
    BalanceRequest,
    CutoutRequest,
    Intent,
    KeepRequest,
    TokenRequest,
    UploadTicketRequest,
)
from handler.domain.result import CutoutResult, IssuedToken, Kept, Outcome
from handler.services.accounts import Accounts
from handler.services.authentication import Authentication
from handler.services.cutout import Cutouts
from handler.services.jobs.front import JobFront, JobIntent
from handler.services.pictures import Pictures
from handler.services.tokens import ClientTokens, Grant
from handler.services.uploads import Uploads

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Doors:
    """
    Which dialects are served, and to whom without a key.

    Attributes:
        closed: dialects that are switched off.
        open: dialects whose clients send no key, and on whose account they then work.
    """

    closed: frozenset[str] = frozenset()
    open: Mapping[str, Caller] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Aside:
    """What is done beside cutting out, for nothing."""

    uploads: Uploads
    pictures: Pictures
    tokens: ClientTokens
    jobs: JobFront | None = None


class Desk:
    """Passes an intent to its use case."""

    def __init__(
        self,
        authentication: Authentication,
        accounts: Accounts,
        cutouts: Cutouts,
        aside: Aside,
        doors: Doors,
    ) -> None:
        self._authentication = authentication
        self._accounts = accounts
        self._cutouts = cutouts
        self._aside = aside
        self._doors = doors

    def check_served(self, dialect: str) -> None:
        """Refuse a dialect that is switched off."""
        if dialect in self._doors.closed:
            raise PermissionDeniedError(f"The dialect {dialect} is switched off")

    def admit(self, dialect: str, presented: str | None, gateway_key_id: str | None) -> Caller:
        """Find out whose key this is; one that the gateway has checked goes first."""
        if gateway_key_id is not None:
            return self._authentication.by_gateway_key(gateway_key_id)
        if presented is None and dialect in self._doors.open:
            return self._doors.open[dialect]
        return self._authentication.by_key(presented)

    def check_token(self, token: str, action: tuple[str, str]) -> None:
        """Refuse a token that cannot work, without using up one that can."""
        self._aside.tokens.check(token, action)

    def redeem(self, token: str, action: tuple[str, str]) -> Grant:
        """Use a token up, once."""
        return self._aside.tokens.redeem(token, action)

    def handle(self, intent: Intent, order: Order) -> Outcome:
        """Run the use case."""
        if isinstance(intent, CutoutRequest):
            return self._cutouts.cut_out(intent, order)
        if isinstance(intent, BalanceRequest):
            return self._accounts.balance(order.caller)
        if isinstance(intent, JobIntent):
            return self._jobs.handle(intent, order)
        # What is free counts against the rates all the same.
        self._accounts.hold(order.caller, 0, order.request_id)
        if isinstance(intent, UploadTicketRequest):
            return self._aside.uploads.open_upload(order.caller, intent)
        if isinstance(intent, KeepRequest):
            data = self._aside.pictures.bring(intent.source, order)
            return Kept(self._aside.uploads.keep(order.caller.account_id, data))
        if isinstance(intent, TokenRequest):
            action = (intent.method, intent.path)
            return IssuedToken(
                self._aside.tokens.issue(order.caller, action, intent.payload, intent.ttl_seconds)
            )
        raise TypeError(intent)

    @property
    def _jobs(self) -> JobFront:
        if self._aside.jobs is None:
            raise ZeroRetentionError("Jobs keep pictures, and here nothing may be kept, or there is no queue")
        return self._aside.jobs

    def settle(self, outcome: Outcome) -> None:
        """
        Make the charge final, once the answer is out.

        A process killed before this leaves a hold, which is given back: nobody pays for an answer
        that never came.
        """
        if not isinstance(outcome, CutoutResult):
            return
        try:
            self._accounts.commit(outcome.hold)
        except ServiceError:
            logger.exception("charge not made: the hold lapses", extra={"hold": outcome.hold.id})

    def forgive(self, outcome: Outcome) -> None:
        """Give back what was held for an answer that nobody waits for."""
        if isinstance(outcome, CutoutResult):
            self._accounts.release(outcome.hold)
