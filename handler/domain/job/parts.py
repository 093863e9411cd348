"""What a job is made of."""

from dataclasses import dataclass, field
from enum import StrEnum


class ItemState(StrEnum):
    """What became of one source."""

    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobFault:
    """Why an item or a job failed: an error's stable code, and its words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class JobFile:
    """
    One finished file.

    Attributes:
        variant: the name that its variant has.
        object_name: under which the object store has it.
    """

    variant: str
    object_name: str
    media_type: str
    size_bytes: int
    width: int
    height: int
    model: str = ""


@dataclass(frozen=True, slots=True)
class JobItem:
    """
    One source of a job.

    Attributes:
        price: thousandths that are spent if it succeeds.
    """

    index: int
    price: int
    state: ItemState = ItemState.WAITING
    files: tuple[JobFile, ...] = ()
    fault: JobFault | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """Which worker has the job, and until when nobody else may take it."""

    owner: str
    until_us: int


@dataclass(frozen=True, slots=True)
class WebhookAttempt:
    """One try to tell of a job's end; `status` is the receiver's, None where it gave none."""

    at_us: int
    status: int | None = None
    failure: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Webhook:
    """Whom to tell of a job's end, and how that went."""

    url: str = field(repr=False)
    attempts: tuple[WebhookAttempt, ...] = ()
