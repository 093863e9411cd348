"""The story of one picture: decode, matte, refine, compose, encode."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial

from handler.domain.image import Box, Cutout, Matte, Picture, size_of
from handler.domain.limits import Deadline, Limits
from handler.domain.request import DEFAULT_CUT, ColourSpace, Cut, Quality, Subject, Variant
from handler.domain.result import Rendering, Timing
from handler.pipeline import kept, stamp
from handler.pipeline.compose import Materials, compose, lay_out
from handler.pipeline.encode import encode
from handler.pipeline.matte import predict
from handler.pipeline.original import Original
from handler.pipeline.refine import refine
from handler.pipeline.scene import decode_scene
from handler.pipeline.shrink import shrink
from handler.pipeline.sides import at_full_size, side_for
from handler.ports import MattingModel


class Stopwatch:
    """
    Times the stages and stops between them once the deadline has passed.

    Whoever asks to be told is told the name of each stage that has ended.
    """

    def __init__(self, deadline: Deadline, tell: Callable[[str], None] = lambda _: None) -> None:
        self._deadline = deadline
        self._tell = tell
        self._seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the block's time to the stage's."""
        self._deadline.check()
        began = time.perf_counter()
        yield
        self._seconds[name] = self._seconds.get(name, 0.0) + time.perf_counter() - began
        self._tell(name)

    def timings(self) -> tuple[Timing, ...]:
        """Every stage so far, in the order of its first beginning."""
        return tuple(Timing(name, seconds * 1000) for name, seconds in self._seconds.items())


# How much longer than the model's side the picture's longest side is when the model looks at it, at least:
# then the nearest look at all of it, a quarter larger, is no enlargement.
GLANCE = 1.4
# So many times that for a careful look, which goes closer to what is small.
CLOSER = 3

# One for what the model looks at, one for what the variant takes.
_DECODERS = 2


@dataclass(frozen=True, slots=True)
class Tools:
    """
    What the variants of one picture are made with.

    Attributes:
        aside: does what nobody waits for; all of it is done before the picture is closed.
        original: gives the picture again, at whatever size.
        glance_side: how long its longest side is at least, for a variant of any size.
        threads: how many work on one stage; the bytes do not depend on it.
    """

    watch: Stopwatch
    aside: Executor
    original: Original
    limits: Limits
    glance_side: int
    threads: int


# A variant's picture and its cut-out, from how long the longest side has to be, and in which colours.
Refined = Callable[[int, ColourSpace], tuple[Picture, Cutout]]


def run(
    source: bytes, variant: Variant, model: MattingModel, limits: Limits, deadline: Deadline, threads: int
) -> Rendering:
    """Cut the subject out of a picture and make one variant of it."""
    with opened(source, model, limits, Stopwatch(deadline), threads) as tools:
        return next(render(find(model, DEFAULT_CUT, (variant,), tools), DEFAULT_CUT, (variant,), tools))


@contextmanager
def opened(
    source: bytes, model: MattingModel, limits: Limits, watch: Stopwatch, threads: int
) -> Iterator[Tools]:
    """Hold a picture open while its subject is found and its variants are made."""
    with ThreadPoolExecutor(_DECODERS) as aside:
        with watch.stage("decode"):
            original = Original(source, limits, aside)
        yield Tools(watch, aside, original, limits, math.ceil(GLANCE * max(model.input_size)), threads)


def expect(variants: Sequence[Variant], tools: Tools) -> None:
    """Begin to decode what the variants take."""
    for variant in variants:
        tools.original.expect(_side_for(variant, tools), variant.color)


def find(model: MattingModel, cut: Cut, variants: Sequence[Variant], tools: Tools) -> Matte:
    """Find the subject; what the variants take is decoded while the model still looks."""
    if cut.subject is Subject.STAMP:
        return stamp.no_matte(*_full_size(tools))
    with tools.watch.stage("decode"):
        # The same decoding for every variant, so that the matte does not depend on which came first.
        glance_side = tools.glance_side * (CLOSER if cut.quality is Quality.HIGH else 1)
        tools.original.expect(glance_side)
        expect(variants, tools)
        glance = tools.original.at(glance_side)
    with tools.watch.stage("matte"):
        return predict(glance, model, cut)


def render(matte: Matte, cut: Cut, variants: Sequence[Variant], tools: Tools) -> Iterator[Rendering]:
    """Make variants of a picture whose matte is known, each at the size that it takes."""
    # Neighbours of one size, which differ in what lies behind or in their format, share one cut-out.
    refined = lru_cache(maxsize=1)(partial(_refined, matte, cut, tools))
    for variant in variants:
        yield _rendered(refined, matte, variant, tools)


def _rendered(refined: Refined, matte: Matte, variant: Variant, tools: Tools) -> Rendering:
    picture, cutout = _cut_out(refined, variant, tools)
    layout = lay_out(at_full_size(picture, cutout), _full_size(tools), variant)
    with tools.watch.stage("compose"):
        scene = decode_scene(variant.background, layout, tools.limits)
        if picture.profile is not None:
            variant = kept.variant_in(picture.profile, variant)
            scene = kept.picture_in(picture.profile, scene)
        canvas = compose(Materials(cutout, picture, scene), layout, variant)
    with tools.watch.stage("encode"):
        file = encode(canvas, variant, tools.threads, picture.profile)
    head = tools.original.head
    return Rendering(
        body=file.body,
        format=file.format,
        width=layout.width,
        height=layout.height,
        subject=canvas.subject,
        model=matte.model,
        confidence=matte.confidence,
        ambiguous_ratio=matte.ambiguous_ratio,
        review=next(iter(matte.review), None),
        timings=tools.watch.timings(),
        source_format=head.source_format,
        source_frames=head.frames,
        full_width=layout.full_width,
        full_height=layout.full_height,
        name=variant.name,
        size_bytes=len(file.body),
    )


def _cut_out(refined: Refined, variant: Variant, tools: Tools) -> tuple[Picture, Cutout]:
    picture, cutout = refined(_side_for(variant, tools), variant.color)
    side, subject = max(size_of(picture.rgb)), at_full_size(picture, cutout)
    if side >= _side_for(variant, tools, subject):
        return picture, cutout
    # A little more, for what the subject's bounds are off by after rounding.
    off = 2 * max(_full_size(tools)) // side
    width, height = (max(1, length - off) for length in (subject.width, subject.height))
    return refined(_side_for(variant, tools, Box(subject.left, subject.top, width, height)), variant.color)


def _refined(
    matte: Matte, cut: Cut, tools: Tools, at_least: int, color: ColourSpace
) -> tuple[Picture, Cutout]:
    with tools.watch.stage("decode"):
        picture = seen = shrink(tools.original.at(at_least, color), at_least)
        if picture.profile is not None:
            seen = shrink(tools.original.at(at_least), at_least)
    with tools.watch.stage("refine"):
        if cut.subject is Subject.STAMP:
            return picture, stamp.lift(picture)
        cutout = refine(seen, matte, cut, tools.threads)
        if picture is not seen:
            cutout = kept.recoloured(cutout, refine(picture, matte, cut, tools.threads), picture)
    return picture, cutout


def _side_for(variant: Variant, tools: Tools, subject: Box | None = None) -> int:
    return max(tools.glance_side, side_for(variant, _full_size(tools), subject))


def _full_size(tools: Tools) -> tuple[int, int]:
    return tools.original.head.full_width, tools.original.head.full_height
