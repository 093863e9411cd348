"""Making the pictures of a request, with kept mattes in the place of the model where there are any."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from handler.domain.errors import NoSubjectError
from handler.domain.image import Matte
from handler.domain.limits import Limits
from handler.domain.request import Compression, Cut, CutoutRequest, Quality, Subject, Variant
from handler.domain.result import Rendering
from handler.pipeline.run import Stopwatch, Tools, expect, find, opened, render
from handler.ports import ModelShelf
from handler.services.mattes import Mattes, matte_name
from handler.services.pictures import Loaded

# Whether finished pictures should be made again with every PNG as small as it can be.
Squeeze = Callable[[Sequence[Rendering]], bool]


def as_they_are(_: Sequence[Rendering]) -> bool:
    """Squeeze nothing."""
    return False


@dataclass(frozen=True, slots=True)
class Made:
    """
    Finished pictures, in the order of their variants.

    Attributes:
        cached: every matte was kept, so that no model ran.
    """

    renderings: tuple[Rendering, ...]
    cached: bool


class Studio:
    """Finds each subject once, and makes all variants of it."""

    def __init__(self, models: ModelShelf, mattes: Mattes, limits: Limits, threads: int) -> None:
        self._models = models
        self._mattes = mattes
        self._limits = limits
        self._threads = threads

    def label(self, request: CutoutRequest) -> str:
        """The models that run for it."""
        qualities = (_cut_for(variant, request).quality for variant in request.variants)
        return "+".join(dict.fromkeys(map(self._models.label, qualities)))

    def make(self, loaded: Loaded, account_id: str, watch: Stopwatch, squeeze: Squeeze = as_they_are) -> Made:
        """Make every variant; the models run once for each distinct quality."""
        request = loaded.request
        # However many run, all look at the same decoding.
        model = self._models.serving(Quality.MEDIUM)
        with opened(loaded.source, model, self._limits, watch, self._threads) as tools:
            # Where the matte is kept, this takes longest.
            expect(request.variants, tools)
            mattes, cached = self._find(loaded, account_id, tools)
            renderings = _rendered(request, mattes, tools)
            if squeeze(renderings):
                renderings = _rendered(_squeezed(request), mattes, tools)
        return Made(renderings, cached)

    def has_kept(self, loaded: Loaded, account_id: str) -> bool:
        """Whether no model would have to run."""
        return all(self._mattes.has(name) for name in self._names(loaded, account_id).values())

    def _find(self, loaded: Loaded, account_id: str, tools: Tools) -> tuple[Mapping[Cut, Matte], bool]:
        found, cached = {}, True
        for cut, name in self._names(loaded, account_id).items():
            matte = self._mattes.find(name)
            if matte is None:
                cached = False
                matte = find(self._models.serving(cut.quality), cut, loaded.request.variants, tools)
                # Written while the variants are made.
                tools.aside.submit(self._mattes.keep, name, matte)
            _check_choice(cut, matte)
            found[cut] = matte
        return found, cached

    def _names(self, loaded: Loaded, account_id: str) -> Mapping[Cut, str]:
        """What the matte of each distinct quality is kept under."""
        cuts = (_cut_for(variant, loaded.request) for variant in loaded.request.variants)
        label = self._models.label
        return {cut: matte_name(account_id, loaded.digest, label(cut.quality), cut) for cut in cuts}


def _check_choice(cut: Cut, matte: Matte) -> None:
    """Refuse to choose among several subjects: a single one is whatever it was called."""
    if cut.subject not in {Subject.AUTO, Subject.STAMP} and matte.subjects > 1:
        raise NoSubjectError(
            f"Several subjects were found, and no installed model tells which of them is the {cut.subject}; "
            "send a picture of one, or leave the type away"
        )


def _cut_for(variant: Variant, request: CutoutRequest) -> Cut:
    return replace(request.cut, quality=variant.quality or request.cut.quality)


def _rendered(request: CutoutRequest, mattes: Mapping[Cut, Matte], tools: Tools) -> tuple[Rendering, ...]:
    """Every variant in order; neighbours that share a matte share more."""
    return tuple(
        rendering
        for cut, variants in groupby(request.variants, lambda variant: _cut_for(variant, request))
        for rendering in render(mattes[cut], cut, tuple(variants), tools)
    )


def _squeezed(request: CutoutRequest) -> CutoutRequest:
    variants = (replace(variant, compression=Compression.SMALL) for variant in request.variants)
    return replace(request, variants=tuple(variants))
