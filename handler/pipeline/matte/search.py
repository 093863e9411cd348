"""The careful look: the picture is seen at three sizes, and in parts where those are of different minds."""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from operator import itemgetter
from statistics import fmean

import numpy as np

from handler.domain.image import Box, Bytes, Floats, size_of
from handler.pipeline.matte.doubt import LEAST_PEAK, agreement, clarity, without_haze
from handler.pipeline.matte.specks import things as things_in
from handler.pipeline.matte.view import View, laid_over, look, resized
from handler.ports import MattingModel

# Beside the model's own size. From further away it sees whole things rather than their patterns, from nearer
# small ones too; what it is right about it mostly sees every time.
SCALES = (0.75, 1.25)
# By how much more a clear look counts than a hazy one.
TRUST = 3
# Two looks below this are of different minds, and the subject is searched for in parts of this share of each
# side. What is seen closer has to be the same thing by that much, too.
LEAST_AGREEMENT = 0.5
PART = 0.6
# A thing that is cut off by a part's border is not all there, and a small one is a chance.
MOST_CUT_OFF = 0.05
LEAST_THING = 0.004
# A subject's box below this share of the picture is seen closer, with this share of its sides around it.
SMALL = 0.2
ROOM = 0.25


def search(rgb: Bytes, model: MattingModel, first: View, first_clarity: float) -> tuple[View, float]:
    """
    Look at more sizes, search in parts where they differ, and go closer to what is small.

    Comes with how certain the subject is: what had to be searched for is less so than what was there at
    first sight.
    """
    others = list(_other_looks(rgb, model, first))
    alphas, clear = [first.alpha, *others], [first_clarity, *map(clarity, others)]
    found, sure, certainty = View(first.box, _blended(alphas, clear)), max(clear), fmean(clear)
    agreed = min((agreement(one, other) for one, other in combinations(alphas, 2)), default=1.0)
    if agreed < LEAST_AGREEMENT or sure == 0:
        things = ((thing, clarity(thing.alpha)) for thing in _things(rgb, model))
        other, clearest = max(things, key=itemgetter(1), default=(found, 0.0))
        if clearest > sure:
            found, sure, certainty = other, clearest, (certainty + clearest) / 2
    if sure == 0:
        return found, certainty
    return _closer(rgb, model, View(found.box, without_haze(found.alpha))), certainty


def _other_looks(rgb: Bytes, model: MattingModel, first: View) -> Iterator[Floats]:
    """The whole picture at every other size that the model takes, spread over the first look's pixels."""
    width, height = size_of(rgb)
    size = size_of(first.alpha)
    for other in dict.fromkeys(model.input_size_for(width, height, scale) for scale in SCALES):
        if other != size:
            yield resized(look(rgb, model, first.box, other).alpha, size)


def _blended(alphas: Sequence[Floats], clear: Sequence[float]) -> Floats:
    """The mean, to which clear looks give more; the clearest alone where nothing is left of what they see."""
    weights = np.array(clear, np.float32) ** TRUST
    weights /= weights.sum() or 1
    mean: Floats = np.tensordot(weights, np.stack(alphas), axes=1)
    return mean if float(mean.max()) >= LEAST_PEAK else alphas[clear.index(max(clear))]


def _things(rgb: Bytes, model: MattingModel) -> Iterator[View]:
    """Every whole thing that the model sees in the corners and in the middle."""
    width, height = size_of(rgb)
    across, down = round(PART * width), round(PART * height)
    rest = width - across, height - down
    for left, top in ((0, 0), (0, 1), (1, 0), (1, 1), (0.5, 0.5)):
        box = Box(round(left * rest[0]), round(top * rest[1]), across, down)
        view = look(rgb, model, box)
        for alpha in things_in(view.alpha, LEAST_THING):
            if _cut_off(alpha, box, width, height) <= MOST_CUT_OFF:
                yield View(box, alpha)


def _cut_off(alpha: Floats, box: Box, width: int, height: int) -> float:
    """How much of a thing's outline lies along those borders that are not the picture's."""
    solid = alpha >= LEAST_PEAK
    lines = (
        (box.left > 0, solid[:, 0]),
        (box.top > 0, solid[0]),
        (box.left + box.width < width, solid[:, -1]),
        (box.top + box.height < height, solid[-1]),
    )
    along = sum(int(line.sum()) for is_inner, line in lines if is_inner)
    return along / (4 * math.sqrt(max(1, int(solid.sum()))))


def _closer(rgb: Bytes, model: MattingModel, found: View) -> View:
    """What is seen of a small thing from nearby, where that is the same thing."""
    width, height = size_of(rgb)
    box = _bounds(found)
    if box.width * box.height > SMALL * width * height:
        return found
    across, down = round(ROOM * box.width), round(ROOM * box.height)
    left, top = max(0, box.left - across), max(0, box.top - down)
    right, bottom = min(width, box.left + box.width + across), min(height, box.top + box.height + down)
    near = look(rgb, model, Box(left, top, right - left, bottom - top))
    if agreement(laid_over(found, near.box, size_of(near.alpha)), near.alpha) < LEAST_AGREEMENT:
        return found
    return View(near.box, without_haze(near.alpha))


def _bounds(view: View) -> Box:
    """The box of what is more subject than not, in the picture's pixels."""
    solid = view.alpha >= LEAST_PEAK
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    across, down = view.box.width / solid.shape[1], view.box.height / solid.shape[0]
    left, top = view.box.left + int(columns[0] * across), view.box.top + int(rows[0] * down)
    width, height = round((columns[-1] + 1 - columns[0]) * across), round((rows[-1] + 1 - rows[0]) * down)
    return Box(left, top, max(1, width), max(1, height))
