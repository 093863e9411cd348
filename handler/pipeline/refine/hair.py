"""
Where the matte is soft over a wide band, as hair and fur are: alpha by the colours on both sides of it.

The filter knows no more than its windows hold, and in the middle of a mane that is neither subject nor
background. Here both colours are taken from further around, and alpha is how far a pixel lies on the way
from one to the other. That counts as far as it tells right what is known: the sure places nearby.
"""

from dataclasses import dataclass

import numpy as np

from handler.domain.image import Box, Bytes, Floats
from handler.pipeline.refine.grid import Grid
from handler.pipeline.refine.guided import window_means

# Patches are squares of cells, about half as many along the longer side as this.
SAMPLES_A_SIDE = 256
# Patches around a patch from which colours are taken, and those that stand in where these hold none.
NEAR, FAR = 3, 10
STAND_IN = np.float32(0.01)
# From which share on a patch is sure to be of one side.
SURE = np.float32(0.7)
# The softness, half tones all over being 1, from which on a band counts as wide, and at which it does wholly.
WIDE, WIDEST = np.float32(0.2), np.float32(0.5)
# Likewise of all that lies around: with half tones everywhere the model only does not know what is meant.
HAZY, HAZIEST = np.float32(0.3), np.float32(0.45)
# What the matte leaves of nothing in such a band is no softness.
HAZE = np.float32(0.06)
# Squares: how far the filter's alpha may be off in a wide band, and how far that of the colours is off at
# least; with an error beyond the third they do not count.
DOUBT, LEAST_ERROR, MOST_ERROR = np.float32(0.3), np.float32(0.003), np.float32(0.15)
# The share of sure patches, on the side that has fewer, with which the colours count half.
FEW = np.float32(0.03)
# The squared distance of colours (0..1) below which they are rather the same.
SAMENESS = np.float32(2e-3)
_NONE = np.float32(1e-6)


@dataclass(frozen=True, slots=True, eq=False)
class Hair:
    """
    Colours for a whole grid, patch by patch.

    Attributes:
        step: cells along a patch's side.
        layers: 7 x height x width, the subject's colour and the background's, 0..1, and how far they count.
    """

    step: int
    layers: Floats

    def at(self, cells: Box) -> Floats | None:
        """The layers in some cells and in one cell more on every side, unless they count nowhere there."""
        rows, down = _between(cells.top, cells.height, self.step, self.layers.shape[1])
        columns, across = _between(cells.left, cells.width, self.step, self.layers.shape[2])
        near = self.layers[:, rows, columns]
        if not near[6].any():
            return None
        layers: Floats = np.matmul(down, near @ across.T)
        return layers


def find_hair(rgb: Bytes, grid: Grid) -> Hair | None:
    """Look for wide soft bands, and for the colours around them."""
    cells = -(-grid.height // grid.scale), -(-grid.width // grid.scale)
    apart = -(-max(cells) // SAMPLES_A_SIDE)
    rows, columns = (np.arange(0, length, apart) for length in cells)
    alpha = grid.alpha[grid.margin + rows[:, None], grid.margin + columns]
    between = np.clip((alpha - HAZE) / (1 - 2 * HAZE), 0, 1)
    softness = _patches((4 * between * (1 - between))[None])
    (near,), (around,) = _means(softness, 1), _means(softness, FAR)
    wide = np.clip((near - WIDE) / (WIDEST - WIDE), 0, 1)
    wide *= np.clip((HAZIEST - around) / (HAZIEST - HAZY), 0, 1)
    if not wide.any():
        return None
    down = np.minimum(rows * grid.scale + grid.scale // 2, grid.height - 1)
    across = np.minimum(columns * grid.scale + grid.scale // 2, grid.width - 1)
    colour = _patches(rgb[down[:, None], across].transpose(2, 0, 1) * np.float32(1 / 255))
    (share,) = _patches(alpha[None])
    sure = np.clip((np.stack((share, 1 - share)) - SURE) / (1 - SURE), 0, 1) ** 2
    ends = [_mean(colour, weight) for weight in sure]
    *slopes, offset = line(*ends)
    found = np.clip((np.stack(slopes) * colour).sum(axis=0) + offset, 0, 1)
    return Hair(2 * apart, np.concatenate((*ends, _counts(wide, sure, found)[None])))


def line(subject: Floats, background: Floats) -> Floats:
    """Alpha's slopes by red, green and blue, and its offset, on the way from one colour to the other."""
    way = subject - background
    slopes = way / ((way * way).sum(axis=0) + SAMENESS)
    return np.concatenate((slopes, -(slopes * background).sum(axis=0, keepdims=True)))


def _counts(wide: Floats, sure: Floats, found: Floats) -> Floats:
    """How far alpha counts that is found by colour, by its error where each side is sure."""
    off = [_mean(part[None] ** 2, weight)[0] for part, weight in zip((1 - found, found), sure, strict=True)]
    error = LEAST_ERROR + off[0] + off[1]
    fewer = _means(sure, FAR).min(axis=0)
    doubt = DOUBT * wide * fewer / (fewer + FEW) * np.clip(1 - error / MOST_ERROR, 0, 1)
    counts: Floats = doubt / (doubt + error)
    return counts


def _mean(layers: Floats, weight: Floats) -> Floats:
    """The mean of what has a weight, around every patch; of all, where nothing around it has."""
    weighted = np.concatenate((layers * weight, weight[None]))
    around = weighted.mean(axis=(1, 2), keepdims=True)
    for radius in (FAR, NEAR):
        around = _means(weighted, radius) + STAND_IN * around / (around[-1] + _NONE)
    mean: Floats = around[:-1] / (around[-1] + _NONE)
    return mean


def _means(layers: Floats, radius: int) -> Floats:
    """Means over windows, the layers going on as they end."""
    around = (radius, radius)
    return window_means(np.pad(layers, ((0, 0), around, around), mode="edge"), radius)


def _patches(samples: Floats) -> Floats:
    """The means of two by two."""
    rows, columns = samples.shape[1:]
    filled = np.pad(samples, ((0, 0), (0, rows % 2), (0, columns % 2)), mode="edge")
    pairs = filled[:, ::2] + filled[:, 1::2]
    means: Floats = (pairs[..., ::2] + pairs[..., 1::2]) * np.float32(0.25)
    return means


def _between(first: int, cells: int, step: int, patches: int) -> tuple[slice, Floats]:
    """The patches around some cells and one more on both sides, and their weights in each of them."""
    centre = ((np.arange(first - 1, first + cells + 1) + 0.5) / step - 0.5).clip(0, patches - 1)
    near = slice(int(centre[0]), min(patches, int(centre[-1]) + 2))
    weights = np.maximum(0, 1 - np.abs(centre[:, None] - np.arange(near.start, near.stop)))
    return near, weights.astype(np.float32)
