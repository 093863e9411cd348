"""What a use case answers, before any dialect gives it a shape."""

from dataclasses import dataclass, field

from handler.domain.account import Hold
from handler.domain.image import Box
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
        confidence: how decisive the matte is, 0..1.
        ambiguous_ratio: the share of the matte that is neither subject nor background, 0..1.
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


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a finished request cost and what is left, in thousandths of a credit."""

    charged: int
    remaining: int


@dataclass(frozen=True, slots=True)
class CutoutResult:
    """A picture and the hold that pays for it, ended once the answer is out."""

    rendering: Rendering
    hold: Hold


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


Outcome = CutoutResult | Balance
