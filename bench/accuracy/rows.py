"""From the scores of single pictures to the rows of the report."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from itertools import groupby
from statistics import fmean

from bench.accuracy.backdrops import composite_error
from bench.accuracy.dataset import OWN, Case
from bench.accuracy.metrics import Bytes, matte_measures

# A slice of fewer pictures tells little by itself, so all such are judged together as well.
LEAST_PICTURES = 8
TOGETHER = "small slices together"
TOTAL = "total"
OWN_TOTAL = "own composites"


@dataclass(frozen=True, slots=True)
class Scores:
    """One cut-out's measures, or the means of many: see `matte_measures` and `composite_error`."""

    mae: float
    iou: float
    boundary_f: float
    sad: float
    grad: float
    edge10: float
    composite: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a system says of its own cut-out: how sure it is, and why a person should look, if they should."""

    confidence: float
    review: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """One picture cut out by one system."""

    case: Case
    system: str
    quality: str
    scores: Scores
    doubt: Doubt | None = None

    def flat(self) -> dict[str, str | float | None]:
        """The picture as the file of single scores holds it."""
        head = {"picture": self.case.name, "slice": self.case.slice}
        doubt = asdict(self.doubt) if self.doubt else {}
        return {**head, "system": self.system, "quality": self.quality, **asdict(self.scores), **doubt}


@dataclass(frozen=True, slots=True)
class Row:
    """A system's means over a slice of n pictures."""

    slice: str
    system: str
    quality: str
    n: int
    scores: Scores

    def flat(self) -> dict[str, str | int | float]:
        """The row as the report's file holds it."""
        head = {"slice": self.slice, "system": self.system, "quality": self.quality, "n": self.n}
        return {**head, **asdict(self.scores)}


def judge(cutout: Bytes, case: Case) -> Scores:
    """Hold one cut-out, height x width x 4 and straight, against the truth."""
    truth = case.truth()
    if cutout.shape[:2] != truth.shape:
        raise ValueError(f"{case.image}: expected a cut-out of {truth.shape}, got {cutout.shape[:2]}")
    measures = matte_measures(cutout[..., 3], truth)
    return Scores(**measures, composite=composite_error(cutout, case.colour(), truth))


def rows(judged: Sequence[Judged]) -> list[Row]:
    """Means by slice, by all small slices together, and in total, our own composites apart, by system."""
    found = []
    for (system, quality), group in groupby(judged, key=lambda one: (one.system, one.quality)):
        found += [Row(name, system, quality, len(part), _mean(part)) for name, part in _slices(list(group))]
    return found


def _slices(judged: list[Judged]) -> Iterator[tuple[str, list[Judged]]]:
    small, own = [], []
    for name, group in groupby(judged, key=lambda one: one.case.slice):
        part = list(group)
        if name.startswith(OWN):
            own += part
        elif len(part) < LEAST_PICTURES:
            small += part
        yield name, part
    if small:
        yield TOGETHER, small
    given = [one for one in judged if not one.case.slice.startswith(OWN)]
    if given:
        yield TOTAL, given
    if own:
        yield OWN_TOTAL, own


def _mean(judged: list[Judged]) -> Scores:
    columns = zip(*(astuple(one.scores) for one in judged), strict=True)
    return Scores(*(fmean(column) for column in columns))
