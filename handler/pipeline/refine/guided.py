"""
The guided filter of He, Sun and Tang: alpha as a linear function of colour in every small window.

Worked out on a coarse grid and applied to every pixel (its fast form), it puts the edge where the
picture has one. The windows look at colour, since grey alone loses a subject as bright as its
background.
"""

from dataclasses import dataclass

import numpy as np

from handler.domain.image import Floats

RADIUS = 4
# Cells that a result depends on, on each side: two windows, and one cell more to interpolate with.
REACH = 2 * RADIUS + 1
# A variance of colour (0..1) below which a window counts as flat, and alpha there is only averaged.
FLATNESS = np.float32(1e-5)
# What every cell weighs in a mean colour, for windows that hold none of the subject, or nothing else.
LEAST_WEIGHT = np.float32(1e-4)

_WINDOW_CELLS = np.float32((2 * RADIUS + 1) ** 2)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """
    What the windows tell, one cell wider on every side than the tile.

    Attributes:
        lines: 4 x height x width, alpha's slopes by red, green and blue, and its offset.
        subject: 3 x height x width, the mean colour of the subject, 0..1.
        background: likewise.
    """

    lines: Floats
    subject: Floats
    background: Floats


def fit(guide: Floats, alpha: Floats) -> Fit:
    """Fit alpha to a guide of 3 x height x width, 0..1, both with REACH cells around the tile."""
    red, green, blue = guide
    squares = (red * red, red * green, red * blue, green * green, green * blue, blue * blue)
    means = window_sums(np.stack((*guide, alpha, *(guide * alpha), *squares)), RADIUS) / _WINDOW_CELLS
    colour, share, weighted = means[:3], means[3], means[4:7]
    slopes = _slopes(colour, weighted - colour * share, means[7:])
    offset = share - (slopes * colour).sum(axis=0)
    return Fit(
        lines=window_sums(np.concatenate((slopes, offset[None])), RADIUS) / _WINDOW_CELLS,
        subject=_mean_colour(guide, alpha),
        background=_mean_colour(guide, 1 - alpha),
    )


def window_sums(layers: Floats, radius: int) -> Floats:
    """Sums over square windows; cells that lack a whole window go."""
    return _run_sums(_run_sums(layers, radius).swapaxes(1, 2), radius).swapaxes(1, 2)


def _run_sums(layers: Floats, radius: int) -> Floats:
    """Sums of 2 * radius + 1 rows, the radius being a power of two, by doubling up runs."""
    runs, length = layers, 1
    while length < 2 * radius:
        runs = runs[:, :-length] + runs[:, length:]
        length *= 2
    sums: Floats = runs[:, :-1] + layers[:, length:]
    return sums


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


def _mean_colour(guide: Floats, share: Floats) -> Floats:
    """
    The mean colour of what has a share, over windows twice as wide.

    By the share's fourth power: where a soft edge fills the window, its surest cells tell the colour.
    """
    weight = share * share
    weight = weight * weight + LEAST_WEIGHT
    sums = window_sums(np.concatenate((guide * weight, weight[None])), 2 * RADIUS)
    mean: Floats = sums[:3] / sums[3]
    return mean
