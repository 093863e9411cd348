"""
The guided filter of He, Sun and Tang: alpha as a linear function of colour in every small window.

Worked out on a coarse grid and applied to every pixel (its fast form), it puts the edge where the
picture has one. The windows look at colour, since grey alone loses a subject as bright as its
background.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from handler.domain.image import Floats

# A variance of colour (0..1) below which a window counts as flat, and alpha there is only averaged.
FLATNESS = np.float32(1e-5)
# What every cell weighs in a mean colour, for windows that hold none of the subject, or nothing else.
LEAST_WEIGHT = np.float32(1e-4)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """
    What the windows tell, one cell wider on every side than the tile.

    Attributes:
        lines: 4 x height x width, alpha's slopes by red, green and blue, and its offset.
        colours: 6 x height x width, the mean colour of the subject, 0..1, and of the background.
    """

    lines: Floats
    colours: Floats


def reach(radius: int) -> int:
    """Cells that a result depends on, on each side: two windows, and one cell more to interpolate with."""
    return 2 * radius + 1


def fit(colour: Floats, products: Floats, alpha: Floats, radius: int) -> Fit:
    """Fit alpha to the guide's colour and its products, all with their reach around the tile."""
    layers = np.concatenate((colour, alpha[None], colour * alpha, products))
    means = window_means(layers, radius)
    mean, share, weighted = means[:3], means[3], means[4:7]
    slopes = _slopes(mean, weighted - mean * share, means[7:])
    offset = share - (slopes * mean).sum(axis=0)
    return Fit(
        lines=window_means(np.concatenate((slopes, offset[None])), radius),
        colours=np.concatenate([_mean_colour(colour, part, 2 * radius) for part in (alpha, 1 - alpha)]),
    )


def window_means(layers: Floats, radius: int) -> Floats:
    """Means over square windows; cells that lack a whole window go."""
    rows, columns = layers.shape[1:]
    # Two thin products: for small layers the matrix library beats any running sum.
    means: Floats = np.matmul(_window(rows, radius), layers @ _window(columns, radius).T)
    return means


@cache
def _window(cells: int, radius: int) -> Floats:
    """The share of every cell (columns) in the mean of every whole window (rows)."""
    length = 2 * radius + 1
    offsets = np.arange(cells) - np.arange(cells - length + 1)[:, None]
    inside = (offsets >= 0) & (offsets < length)
    shares: Floats = inside.astype(np.float32) / np.float32(length)
    return shares


def _slopes(colour: Floats, covariance: Floats, squares: Floats) -> Floats:
    """Solve every window's three equations by elimination, which keeps its footing in single precision."""
    (red, green, blue), (first, second, third) = colour, covariance
    rr, gg, bb = (squares[i] - mean * mean + FLATNESS for i, mean in ((0, red), (3, green), (5, blue)))
    rg, rb, gb = squares[1] - red * green, squares[2] - red * blue, squares[4] - green * blue
    by_red_g, by_red_b = rg / rr, rb / rr
    gg, gb, bb = gg - by_red_g * rg, gb - by_red_g * rb, bb - by_red_b * rb
    by_green_b = gb / gg
    second = second - by_red_g * first
    third = third - by_red_b * first - by_green_b * second
    slope_b = third / (bb - by_green_b * gb)
    slope_g = second / gg - by_green_b * slope_b
    slope_r = first / rr - by_red_g * slope_g - by_red_b * slope_b
    return np.stack((slope_r, slope_g, slope_b))


def _mean_colour(guide: Floats, share: Floats, radius: int) -> Floats:
    """
    The mean colour of what has a share.

    By the share's fourth power: where a soft edge fills the window, its surest cells tell the colour.
    """
    weight = share * share
    weight = weight * weight + LEAST_WEIGHT
    means = window_means(np.concatenate((guide * weight, weight[None])), radius)
    mean: Floats = means[:3] / means[3]
    return mean
