"""An account's balance as native tells it."""

from handler.dialects.answers import credits_of, json_answer
from handler.dialects.base import Inbound, Outbound
from handler.domain.errors import InvalidParameterError
from handler.domain.request import BalanceRequest
from handler.domain.result import Balance, Outcome


def parse_balance(inbound: Inbound) -> BalanceRequest:
    """Refuse parameters: there are none."""
    for name, _ in inbound.query:
        raise InvalidParameterError(name, "no parameters", "an unknown parameter")
    return BalanceRequest()


def present_balance(outcome: Outcome, _: Inbound) -> Outbound:
    """Answer as Poof's `/v1/me` does; remaining is maxCredits - usedCredits."""
    if not isinstance(outcome, Balance):
        raise TypeError(outcome)
    return json_answer(
        200,
        {
            "organizationId": outcome.account_id,
            "plan": outcome.plan,
            "maxCredits": credits_of(outcome.granted),
            "usedCredits": credits_of(outcome.used),
            "autoRechargeThreshold": None,
        },
    )
