"""A job as its owner sees it, with links in the place of names."""

from dataclasses import dataclass, field

from handler.domain.job.parts import ItemState, JobFault, WebhookAttempt
from handler.domain.job.states import JobState


@dataclass(frozen=True, slots=True)
class FileView:
    """
    One finished file.

    Attributes:
        variant: the name that its variant has.
        filename: the last part of its name in the store, by which a FileRequest finds it.
        link: where it is to be had for a while.
        body: its bytes, where the job was asked for with them.
        width: of a picture, as are the height and the model; an archive has none of them.
    """

    variant: str
    filename: str
    media_type: str
    size_bytes: int
    link: str = field(repr=False)
    width: int = 0
    height: int = 0
    model: str = ""
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ItemView:
    """What became of one source, by its place among them."""

    index: int
    state: ItemState
    files: tuple[FileView, ...] = ()
    fault: JobFault | None = None


@dataclass(frozen=True, slots=True)
class JobView:
    """
    A job at one moment; times in seconds since 1970.

    Attributes:
        stage: what is being done to the item in work.
        progress: 0..1 over all items.
        memo: what the dialect left when it asked for the job.
        charged: what the job has cost, in thousandths of a credit; held, while it is open.
        archive: all results in one zip, where that was asked for.
        webhook: every attempt to tell of the end.
    """

    id: str
    state: JobState
    stage: str
    progress: float
    memo: str
    items: tuple[ItemView, ...]
    charged: int
    created_at: float
    started_at: float | None = None
    completed_at: float | None = None
    expires_at: float | None = None
    fault: JobFault | None = None
    archive: FileView | None = None
    webhook: tuple[WebhookAttempt, ...] = ()
