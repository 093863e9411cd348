"""The story of one picture: decode, matte, refine, compose, encode."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from handler.domain.image import Box, Cutout, Matte, Picture, size_of
from handler.domain.limits import Deadline, Limits
from handler.domain.request import Variant
from handler.domain.result import Rendering, Timing
from handler.pipeline.compose import compose
from handler.pipeline.decode import decode
from handler.pipeline.encode import encode
from handler.pipeline.matte import predict
from handler.pipeline.refine import refine
from handler.pipeline.shrink import shrink
from handler.ports import MattingModel


class Stopwatch:
    """Times the stages and stops between them once the deadline has passed."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the block's time to the stage's."""
        self._deadline.check()
        began = time.perf_counter()
        yield
        self._seconds[name] = self._seconds.get(name, 0.0) + time.perf_counter() - began

    def timings(self) -> tuple[Timing, ...]:
        """Every stage so far, in the order of its first beginning."""
        return tuple(Timing(name, seconds * 1000) for name, seconds in self._seconds.items())


# How much longer than the model's side the picture's longest side is when the model looks at it, at least:
# then a photo's shorter side is still about as long as the model's.
GLANCE = 1.4

Reopen = Callable[[int], Picture]


@dataclass(frozen=True, slots=True)
class Tools:
    """
    What the variants of one picture are made with.

    Attributes:
        reopen: gives the picture again, its longest side at least so long where the source's is.
        glance_side: how long that side is at least, for a variant of any size.
        threads: how many work on one stage; the bytes do not depend on it.
    """

    watch: Stopwatch
    reopen: Reopen
    glance_side: int
    threads: int


def run(
    source: bytes, variant: Variant, model: MattingModel, limits: Limits, deadline: Deadline, threads: int
) -> Rendering:
    """Cut the subject out of a picture and make one variant of it."""
    watch = Stopwatch(deadline)
    glance_side = math.ceil(GLANCE * max(model.input_size))
    reopen: Reopen = partial(decode, source, limits)
    with watch.stage("decode"):
        # The same decoding for every variant, so that the matte does not depend on which came first.
        glance = reopen(glance_side)
    if not _is_reduced(glance):
        # Nothing was cheaper to decode, so all of it is here.
        reopen = partial(shrink, glance)
    with watch.stage("matte"):
        matte = predict(glance, model)
    return render(glance, matte, variant, Tools(watch, reopen, glance_side, threads))


def render(glance: Picture, matte: Matte, variant: Variant, tools: Tools) -> Rendering:
    """Make one variant of a picture whose matte is known, opened again at the size that it takes."""
    cutout = _cut_out(glance, matte, variant, tools)
    with tools.watch.stage("compose"):
        canvas = compose(cutout, variant)
    with tools.watch.stage("encode"):
        body = encode(canvas, variant.format, variant.compression, tools.threads)
    width, height = size_of(canvas.pixels)
    return Rendering(
        body=body,
        format=variant.format,
        width=width,
        height=height,
        subject=canvas.subject,
        model=matte.model,
        confidence=matte.confidence,
        ambiguous_ratio=matte.ambiguous_ratio,
        timings=tools.watch.timings(),
        source_format=glance.source_format,
        source_frames=glance.frames,
    )


def _cut_out(glance: Picture, matte: Matte, variant: Variant, tools: Tools) -> Cutout:
    wanted_side = max(variant.size_for(glance.full_width, glance.full_height))
    picture = glance
    if max(size_of(glance.rgb)) < wanted_side or not _is_reduced(glance):
        with tools.watch.stage("decode"):
            picture = tools.reopen(max(wanted_side, tools.glance_side))
    with tools.watch.stage("refine"):
        cutout = refine(picture, matte, tools.threads)
    at_least = _side_for_crop(picture, cutout.subject, variant) if variant.crop else None
    if at_least is not None:
        with tools.watch.stage("decode"):
            picture = tools.reopen(at_least)
        with tools.watch.stage("refine"):
            cutout = refine(picture, matte, tools.threads)
    return cutout


def _is_reduced(picture: Picture) -> bool:
    return size_of(picture.rgb) != (picture.full_width, picture.full_height)


def _side_for_crop(picture: Picture, subject: Box, variant: Variant) -> int | None:
    """The side at which the subject alone has the size that is wanted, or None where it has that already."""
    if not _is_reduced(picture):
        return None
    side, full_side = max(size_of(picture.rgb)), max(picture.full_width, picture.full_height)
    wanted_side = max(
        variant.size_for(*(length * full_side // side for length in (subject.width, subject.height)))
    )
    subject_side = max(subject.width, subject.height)
    if subject_side >= wanted_side:
        return None
    # A little more, for what the subject's bounds are off by after rounding.
    return math.ceil(side * (wanted_side + 2) / max(1, subject_side - 2))
