"""Light without bounds, as renderers and exposure series give it, brought to what a screen shows."""

from dataclasses import dataclass

import numpy as np

from handler.domain.image import Bytes, Floats

# Up to here light stays as it is; above it bends, so that what outshines white is not all cut off.
_SHOULDER = 0.8
_MIDDLE_GREY = 0.18
# Where the mean lies outside these the unit is not that of a screen, but perhaps candela per square metre.
_DARKEST_MEAN, _BRIGHTEST_MEAN = 0.01, 0.7
# Some lamps and glints may still be cut off.
_WHITE_PERCENT = 99.9
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
_LARGEST_HALF = 65_504.0


@dataclass(frozen=True, slots=True, eq=False)
class Screen:
    """
    How a picture's light is shown.

    Attributes:
        gain: what light is multiplied by; 1 where it is exposed for a screen already.
        table: the sRGB number of each light that a float of 16 bits can say, which is finer than is seen.
    """

    gain: float
    table: Bytes

    def show(self, light: Floats) -> Bytes:
        """Linear light as sRGB; what is no number or less than nothing is black, what is infinite white."""
        scaled = np.minimum(light * np.float32(self.gain), np.float32(_LARGEST_HALF))
        shown: Bytes = self.table[scaled.astype(np.float16).view(np.uint16)]
        return shown


def screen_for(light: Floats) -> Screen:
    """How to show a picture of which this (n x 3) is a fair sample."""
    finite = light[np.isfinite(light).all(axis=1)].astype(np.float32)
    luma = finite @ _LUMA
    lit = luma[luma > 0]
    if not lit.size:
        return Screen(1.0, _table(1.0))
    mean = float(np.exp(np.log(lit).mean()))
    gain = 1.0 if _DARKEST_MEAN <= mean <= _BRIGHTEST_MEAN else _MIDDLE_GREY / mean
    return Screen(gain, _table(max(1.0, gain * float(np.percentile(finite.max(axis=1), _WHITE_PERCENT)))))


def _table(white: float) -> Bytes:
    """With white at 1 no light below it is changed."""
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    light = np.clip(np.nan_to_num(halves.astype(np.float64), nan=0.0), 0, white)
    room = 1 - _SHOULDER
    over, reach = np.maximum(light - _SHOULDER, 0) / room, (white - _SHOULDER) / room
    bent = np.minimum(light, _SHOULDER) + room * over * (1 + over / reach**2) / (1 + over)
    coded = np.where(bent <= 0.0031308, 12.92 * bent, 1.055 * bent ** (1 / 2.4) - 0.055)
    rounded: Bytes = (coded * 255 + 0.5).astype(np.uint8)
    return rounded
