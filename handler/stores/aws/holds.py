"""
The one write that counts a request against its rates and sets its price aside.

DynamoDB has no maximum, so a rate's next tat is written in one of two forms: from now where the rate
is at rest, from the old tat where it is not. Which form fits is guessed from what this process saw of
the account last, and the guess is part of the condition. A wrong guess costs one failed write, which
answers with the account as it is, so that the second guess is knowledge.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from handler.domain.account import AccountStatus, HoldTerms, OpenHold
from handler.domain.rate import Rate
from handler.stores.aws.table import Change
from handler.stores.aws.wire import Value


@dataclass(frozen=True, slots=True)
class _Clause:
    """A piece of the update: what it sets, on which condition, with which values."""

    update: str
    condition: str
    values: Mapping[str, Value]


def placing(pk: str, wanted: OpenHold, terms: HoldTerms, seen_tats_us: Mapping[str, int]) -> Change:
    """The write, for an account whose rates were last seen so."""
    clauses = [_rate_clause(rate, terms.now_us, seen_tats_us.get(rate.name, 0)) for rate in terms.rates]
    names = {f"rate_{rate.name}": rate.name for rate in terms.rates}
    if wanted.amount:
        clauses.append(_credit_clause(wanted, terms.max_holds))
        names["hold"] = wanted.id
    values: dict[str, Value] = {"active": AccountStatus.ACTIVE.value}
    for clause in clauses:
        values |= clause.values
    # An update must set something; a free request under no rate sets what is there already.
    updates = [clause.update for clause in clauses] or ["#status = :active"]
    conditions = ["#status = :active", *(clause.condition for clause in clauses)]
    return Change(pk, "ACCOUNT", f"SET {', '.join(updates)}", " AND ".join(conditions), values, names)


def _credit_clause(wanted: OpenHold, max_holds: int) -> _Clause:
    return _Clause(
        "#balance = #balance - :amount, #holds.#hold = :hold",
        "#balance >= :amount AND attribute_not_exists(#holds.#hold) AND size(#holds) < :most",
        {
            "amount": wanted.amount,
            "hold": {"amount": wanted.amount, "until": wanted.expires_at_us},
            "most": max_holds,
        },
    )


def _rate_clause(rate: Rate, now_us: int, seen_tat_us: int) -> _Clause:
    tat, now = f"#tats.#rate_{rate.name}", f":{rate.name}_now"
    if seen_tat_us >= now_us:
        step, latest = f":{rate.name}_step", f":{rate.name}_latest"
        return _Clause(
            f"{tat} = {tat} + {step}",
            f"{tat} BETWEEN {now} AND {latest}",
            {
                step[1:]: rate.interval_us,
                now[1:]: now_us,
                latest[1:]: rate.latest_tat_us(now_us),
            },
        )
    fresh = f":{rate.name}_fresh"
    return _Clause(
        f"{tat} = {fresh}",
        f"(attribute_not_exists({tat}) OR {tat} < {now})",
        {fresh[1:]: rate.next_tat_us(0, now_us), now[1:]: now_us},
    )
