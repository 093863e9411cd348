"""Where the web meets the use cases: who is asking, what they asked for, and the bill."""

import logging

from handler.domain.account import Caller
from handler.domain.errors import ServiceError
from handler.domain.limits import Deadline
from handler.domain.request import CutoutRequest, Intent
from handler.domain.result import CutoutResult, Outcome
from handler.services.accounts import Accounts
from handler.services.cutout import Cutouts

logger = logging.getLogger(__name__)


class Desk:
    """Passes an intent to its use case."""

    def __init__(self, accounts: Accounts, cutouts: Cutouts) -> None:
        self._accounts = accounts
        self._cutouts = cutouts

    def authenticate(self, presented: str | None) -> Caller:
        """Find out whose key this is."""
        return self._accounts.authenticate(presented)

    def handle(self, intent: Intent, caller: Caller, request_id: str, deadline: Deadline) -> Outcome:
        """Run the use case."""
        if isinstance(intent, CutoutRequest):
            return self._cutouts.cut_out(intent, caller, request_id, deadline)
        return self._accounts.balance(caller)

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
            logger.exception("charge not made: the hold will lapse", extra={"hold": outcome.hold.id})
