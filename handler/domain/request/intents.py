"""What a use case answers, before any dialect gives it a shape."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from handler.domain.request.cut import DEFAULT_CUT, Cut
from handler.domain.request.source import Source
from handler.domain.request.variant import AS_IT_IS, Variant

HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS


class Delivery(StrEnum):
    """
    How a finished picture reaches the caller.

    Direct is in the answer or not at all; a ladder falls back to a link where the answer would grow too
    large for the transport; links always lead to the store.
    """

    DIRECT = "direct"
    LADDER = "ladder"
    LINKS = "links"


@dataclass(frozen=True, slots=True)
class CutoutRequest:
    """
    Cut the subject out of one picture and make one or more pictures of it.

    Attributes:
        prices: names out of the price list, whose sum is one charge.
        dry_run: check and price only.
        shelf: the job among whose results a stored result is kept; None makes one up.
        if_unaffordable: what to do instead where the credits do not suffice.
        max_source_side: the longest side that a source or a backdrop may have; None is any.
    """

    source: Source = field(repr=False)
    cut: Cut = DEFAULT_CUT
    variants: tuple[Variant, ...] = (AS_IT_IS,)
    delivery: Delivery = Delivery.DIRECT
    prices: tuple[str, ...] = ("native.picture",)
    dry_run: bool = False
    shelf: str | None = None
    if_unaffordable: "CutoutRequest | None" = None
    max_source_side: int | None = None


@dataclass(frozen=True, slots=True)
class BalanceRequest:
    """Tell the caller's own balance."""


@dataclass(frozen=True, slots=True)
class UploadTicketRequest:
    """Let the caller upload a picture of this type and size past the service, for use later."""

    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class KeepRequest:
    """Keep a picture for use later."""

    source: Source = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """
    Give a token with which whoever holds it may do one thing, once, on the caller's account.

    Attributes:
        payload: what the one thing is, as JSON of the dialect that will take it back.
    """

    method: str
    path: str
    payload: str
    ttl_seconds: int


@dataclass(frozen=True, slots=True)
class JobRequest:
    """
    Do these later, each for itself.

    Attributes:
        wait: run it now; the job is finished when the answer goes out.
        ttl_seconds: how long the results are kept.
        webhook_url: whom to tell once it has ended.
        archive: put all results into one zip besides.
        archive_names: what each item's only file is called in it; where there are none, it is numbered, and
            a list of what became of each is put beside.
        with_bodies: tell of the results with their bytes, not only where they are to be had.
        memo: what the dialect wants to read again when it tells of the job; not for secrets.
        id: the caller's own UUID for it, which nobody else can guess; None makes one up.
    """

    items: tuple[CutoutRequest, ...]
    dialect: str
    wait: bool = False
    ttl_seconds: int = DAY_SECONDS
    webhook_url: str | None = field(default=None, repr=False)
    archive: bool = False
    with_bodies: bool = False
    memo: str = ""
    archive_names: tuple[str, ...] = ()
    id: str | None = None


@dataclass(frozen=True, slots=True)
class JobQuery:
    """Tell how a job stands."""

    job_id: str
    dialect: str


@dataclass(frozen=True, slots=True)
class JobWatch:
    """Tell how a job stands again and again, to whoever knows its name; it may be yet to come."""

    job_id: str
    dialect: str


@dataclass(frozen=True, slots=True)
class JobCancelRequest:
    """End a job, give back what it holds, and forget its results."""

    job_id: str
    dialect: str


def any_memo(_: str) -> bool:
    """Whatever a job's dialect left with it."""
    return True


@dataclass(frozen=True, slots=True)
class FileRequest:
    """
    Give one stored file of a job, to whoever knows the job's unguessable name.

    Attributes:
        dialect: the only one whose jobs are meant; None is any.
        fits: whether a job of this memo is the one that is meant.
    """

    job_id: str
    filename: str
    dialect: str | None = None
    fits: Callable[[str], bool] = any_memo


@dataclass(frozen=True, slots=True)
class MoreRequest:
    """
    Make one more picture of what a finished job has cut out, among its results.

    Attributes:
        variant: one of the job's own that has its name and format gives way to it.
        fits: whether a job of this memo is the one that is meant.
    """

    job_id: str
    dialect: str
    variant: Variant
    prices: tuple[str, ...]
    fits: Callable[[str], bool] = any_memo


Intent = (
    CutoutRequest
    | BalanceRequest
    | UploadTicketRequest
    | KeepRequest
    | TokenRequest
    | JobRequest
    | JobQuery
    | JobWatch
    | JobCancelRequest
    | FileRequest
    | MoreRequest
)
