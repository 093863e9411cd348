"""Whether a cut-out that a system is sure of is a good one, and whether it has the worst looked at."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from bench.accuracy.rows import Doubt, Judged

# A good cut-out, by the confidence's own definition.
GOOD_IOU = 0.9
BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
WORST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Bin:
    """The n cut-outs of a range of confidence: how sure the system was on average, and how many were good."""

    least: float
    most: float
    n: int
    confidence: float
    good: float


@dataclass(frozen=True, slots=True)
class Flags:
    """How many cut-outs were flagged, and how many of the worst were among them."""

    n: int
    flagged: int
    worst: int
    worst_flagged: int


def doubts(judged: Sequence[Judged]) -> list[tuple[Judged, Doubt]]:
    """The cut-outs of which their system said how sure it was."""
    return [(one, one.doubt) for one in judged if one.doubt is not None]


def curve(judged: Sequence[Judged]) -> list[Bin]:
    """Every range in which there is anything."""
    found = []
    for least, most in pairwise(BINS):
        part = [
            (doubt.confidence, one.scores.iou >= GOOD_IOU)
            for one, doubt in doubts(judged)
            if least <= doubt.confidence < most or doubt.confidence == most == BINS[-1]
        ]
        if part:
            confidences, good = zip(*part, strict=True)
            found.append(Bin(least, most, len(part), fmean(confidences), fmean(good)))
    return found


def flags(judged: Sequence[Judged]) -> Flags:
    """The worst are the tenth with the largest error over new backgrounds."""
    known = sorted(doubts(judged), key=lambda pair: -pair[0].scores.composite)
    flagged = [doubt.review is not None for _, doubt in known]
    worst = math.ceil(len(known) * WORST_SHARE)
    return Flags(len(known), sum(flagged), worst, sum(flagged[:worst]))


def reliability(name: str, judged: Sequence[Judged]) -> str:
    """The curve as a table, and what the flags catch in one line."""
    lines = [f"| {name}: confidence | n | mean | good (IoU of {GOOD_IOU} and more) |", "|---|---:|---:|---:|"]
    lines += [
        f"| {one.least:.1f} to {one.most:.1f} | {one.n} | {one.confidence:.2f} | {one.good:.2f} |"
        for one in curve(judged)
    ]
    told = flags(judged)
    caught = f"{told.worst_flagged} of the {told.worst} worst"
    return "\n".join([*lines, "", f"{told.flagged} of {told.n} are flagged for review, {caught} among them."])
