"""What is remembered of a request that a caller may repeat."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """
    A finished answer as a store keeps it.

    Attributes:
        body: the body itself where it is small, else empty.
        body_name: the object that has the body where it is not.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    body_name: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    One caller's key and the run that has it.

    Attributes:
        name: digest of the caller's key; callers may put anything there, personal things too.
        fingerprint: digest of the payload.
        owner: which run this is; only the owner may finish or drop it.
        hold_id: the hold that pays for the run.
        paid: the hold was committed by an earlier run that died before it could keep its answer.
        deadline_us: when a run without an answer counts as dead.
        expires_at_us: when the whole attempt is forgotten.
    """

    account_id: str
    name: str
    fingerprint: str
    owner: str
    hold_id: str
    paid: bool
    deadline_us: int
    expires_at_us: int
    answer: KeptAnswer | None = None
