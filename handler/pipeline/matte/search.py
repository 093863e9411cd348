"""The second look: what is hazy at first is searched for in parts, and what is small is seen closer."""

import math
from collections.abc import Iterator
from operator import itemgetter

import numpy as np

from handler.domain.image import Box, Bytes, Floats, size_of
from handler.pipeline.matte.doubt import LEAST_PEAK, clarity, difference, edges, haziness, without_haze
from handler.pipeline.matte.specks import things
from handler.pipeline.matte.view import View, laid_over, look
from handler.ports import MattingModel

# What the model sees when it squints: less loses small things, more brings the patterns back.
SQUINT_PX = 256
# How much clearer something else has to be to be preferred.
LEAD = 0.1
# Two views agree where they differ by less than this, and are of two minds where by more than that.
AGREED, APART = 0.1, 0.3
# More haze than this, and the subject is searched for in parts of this share of each side.
HAZY = 0.25
PART = 0.6
# A thing that is cut off by a part's border is not all there, and a small one is a chance.
MOST_CUT_OFF = 0.05
LEAST_THING = 0.004
# A subject's box below this share of the picture is seen closer, with this share of its sides around it,
# and what is seen there has to be the same thing.
SMALL = 0.2
ROOM = 0.25
LEAST_AGREEMENT = 0.5


def search(rgb: Bytes, model: MattingModel) -> tuple[View, float]:
    """
    Look, squint, search where that is hazy, and go closer to what is small.

    Comes with how clear it all was, which is not how clear the result is: what had to be searched for is
    less certain than what was there at first sight.
    """
    width, height = size_of(rgb)
    whole = Box(0, 0, width, height)
    first, squinted = look(rgb, model, whole), look(rgb, model, whole, SQUINT_PX)
    found, sure = _reconciled(first, squinted)
    if sure == 0 or haziness(first.alpha) > HAZY:
        things = ((thing, clarity(thing.alpha)) for thing in _things(rgb, model))
        other, clear = max(things, key=itemgetter(1), default=(found, 0.0))
        if clear > sure + LEAD:
            found, sure = other, clear
    certainty = (clarity(first.alpha) + sure) / 2
    if sure == 0:
        return found, certainty
    return _closer(rgb, model, View(found.box, without_haze(found.alpha))), certainty


def _reconciled(first: View, squinted: View) -> tuple[View, float]:
    """Both, weighed by their clarity where they differ, or a much clearer squinted view of something else."""
    sure, clear = clarity(first.alpha), clarity(squinted.alpha)
    if clear > sure + LEAD and _agreement(first.alpha, squinted.alpha) < LEAST_AGREEMENT:
        return squinted, clear
    if clear == 0:
        return first, sure
    # Where they see the same thing the sharp eye knows its edge better, and fine strands it alone can see.
    apart = (difference(first.alpha, squinted.alpha) - AGREED) / (APART - AGREED)
    share = np.clip(apart, 0, 1) * np.float32(clear / (sure + clear)) * (1 - edges(first.alpha))
    return View(first.box, first.alpha + (squinted.alpha - first.alpha) * share), sure


def _agreement(one: Floats, other: Floats) -> float:
    """The share of what either holds for subject that both do."""
    near, far = one >= LEAST_PEAK, other >= LEAST_PEAK
    return int((near & far).sum()) / max(1, int((near | far).sum()))


def _things(rgb: Bytes, model: MattingModel) -> Iterator[View]:
    """Every whole thing that the model sees in the corners and in the middle."""
    width, height = size_of(rgb)
    across, down = round(PART * width), round(PART * height)
    rest = width - across, height - down
    for left, top in ((0, 0), (0, 1), (1, 0), (1, 1), (0.5, 0.5)):
        box = Box(round(left * rest[0]), round(top * rest[1]), across, down)
        view = look(rgb, model, box)
        for alpha in things(view.alpha, LEAST_THING):
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
    if _agreement(laid_over(found, near.box), near.alpha) < LEAST_AGREEMENT:
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
