"""What a use case answers, before any dialect gives it a shape."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from handler.domain.account import Hold
from handler.domain.image import Box
from handler.domain.job import JobView
from handler.domain.request import Format


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one stage took."""

    stage: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Rendering:
    """
    One finished picture and what is known about it.

    Attributes:
        body: the file; empty where `link` leads to it.
        format: what the file really is, never auto.
        full_width: the width that no cap would have given.
        full_height: likewise.
        confidence: how likely the cut-out is a good one, 0..1.
        ambiguous_ratio: the share of the matte that is neither subject nor background, 0..1.
        review: why a person should look at it, such as `touches_border`; None where nothing is doubtful.
        type: what the subject is, where that is known.
        name: the variant's.
        link: where the file is to be had for a while, where it was stored.
        size_bytes: the file's length, wherever it is.
    """

    body: bytes = field(repr=False)
    format: Format
    width: int
    height: int
    subject: Box
    model: str
    confidence: float
    ambiguous_ratio: float
    timings: tuple[Timing, ...]
    source_format: str
    source_frames: int
    full_width: int = 0
    full_height: int = 0
    review: str | None = None
    type: str | None = None
    name: str = "default"
    link: str | None = field(default=None, repr=False)
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a finished request cost and what is left, in thousandths of a credit."""

    charged: int
    remaining: int


@dataclass(frozen=True, slots=True)
class CutoutResult:
    """
    Finished pictures, one for each variant, and the hold that pays for them, ended once the answer is out.

    Attributes:
        cached: the matte was known already, so that no model ran.
        etag: names the answer to exactly this request; None where nothing may be remembered.
        input_link: where the source is to be had, where results are links.
    """

    renderings: tuple[Rendering, ...]
    hold: Hold
    cached: bool = False
    etag: str | None = None
    input_link: str | None = field(default=None, repr=False)

    @property
    def rendering(self) -> Rendering:
        """The first picture, which mostly is the only one."""
        return self.renderings[0]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The caller has the answer already, under this name."""

    etag: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a request would cost and give."""

    price: int
    width: int
    height: int
    cached: bool


@dataclass(frozen=True, slots=True)
class UploadTicket:
    """How a caller uploads one picture past the service: a form whose last field is the file."""

    upload_id: str
    url: str = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    expires_at: float
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture that was kept for later use."""

    upload_id: str


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token in its caller's hand; it is shown once."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored result: its bytes, or where they are to be had if an answer cannot hold them."""

    filename: str
    media_type: str
    body: bytes = field(repr=False)
    link: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class JobFeed:
    """A job at each moment that somebody looks; None where there is none yet, no end while it is kept."""

    views: Iterator[JobView | None]


@dataclass(frozen=True, slots=True)
class Balance:
    """
    An account's books as its owner sees them, in thousandths of a credit.

    Attributes:
        granted: every credit ever granted, adjustments included.
        used: spent for good, plus what is held for work in progress.
    """

    account_id: str
    plan: str
    granted: int
    used: int


Outcome = (
    CutoutResult
    | Unchanged
    | Estimate
    | Balance
    | UploadTicket
    | Kept
    | IssuedToken
    | StoredFile
    | JobView
    | JobFeed
)
