"""The story of one picture: decode, matte, refine, compose, encode."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from handler.domain.image import Cutout, Matte, Picture, size_of
from handler.domain.limits import Deadline, Limits
from handler.domain.request import Variant
from handler.domain.result import Rendering, Timing
from handler.pipeline.compose import compose
from handler.pipeline.decode import decode
from handler.pipeline.encode import encode
from handler.pipeline.matte import predict
from handler.pipeline.refine import refine
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


# How much longer than the model's side the decoding's longest side is, at least: then a photo's shorter side
# is still about as long as the model's.
GLANCE = 1.4

Reopen = Callable[[int | None], Picture]


def run(
    source: bytes, variant: Variant, model: MattingModel, limits: Limits, deadline: Deadline
) -> Rendering:
    """Cut the subject out of a picture and make one variant of it."""
    watch = Stopwatch(deadline)
    reopen = partial(decode, source, limits)
    with watch.stage("decode"):
        # The same decoding for every variant, so that the matte does not depend on which came first.
        glance = reopen(math.ceil(GLANCE * max(model.input_size)))
    with watch.stage("matte"):
        matte = predict(glance, model)
    return render(glance, matte, variant, reopen, watch)


def render(picture: Picture, matte: Matte, variant: Variant, reopen: Reopen, watch: Stopwatch) -> Rendering:
    """Make one variant of a picture whose matte is known, decoding again what is too small for it."""
    cutout = _cut_out(picture, matte, variant, reopen, watch)
    with watch.stage("compose"):
        canvas = compose(cutout, variant)
    with watch.stage("encode"):
        body = encode(canvas, variant.format, variant.compression)
    width, height = size_of(canvas.pixels)
    return Rendering(
        body=body,
        format=variant.format,
        width=width,
        height=height,
        subject=canvas.subject,
        model=matte.model,
        timings=watch.timings(),
        source_format=picture.source_format,
        source_frames=picture.frames,
    )


def _cut_out(picture: Picture, matte: Matte, variant: Variant, reopen: Reopen, watch: Stopwatch) -> Cutout:
    if _is_reduced(picture) and _too_small(size_of(picture.rgb), variant.max_side):
        with watch.stage("decode"):
            picture = reopen(variant.max_side)
    with watch.stage("refine"):
        cutout = refine(picture, matte)
    subject = cutout.subject.width, cutout.subject.height
    if variant.crop and _is_reduced(picture) and _too_small(subject, variant.max_side):
        with watch.stage("decode"):
            picture = reopen(_side_for_crop(picture, max(subject), variant.max_side))
        with watch.stage("refine"):
            cutout = refine(picture, matte)
    return cutout


def _is_reduced(picture: Picture) -> bool:
    return size_of(picture.rgb) != (picture.full_width, picture.full_height)


def _too_small(size: tuple[int, int], max_side: int | None) -> bool:
    return max_side is None or max(size) < max_side


def _side_for_crop(picture: Picture, subject_side: int, max_side: int | None) -> int | None:
    """The side at which the subject alone has the size that is wanted, and a little more for rounding."""
    if max_side is None:
        return None
    return math.ceil(max(size_of(picture.rgb)) * (max_side + 2) / max(1, subject_side - 2))
