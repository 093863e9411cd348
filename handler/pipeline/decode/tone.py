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


@dataclass(frozen=True, slots=True)
class Exposure:
    """
    How a picture's light is brought to a screen.

    Attributes:
        white: the light, after the gain, that is shown as white; 1 leaves everything as it is.
    """

    gain: float = 1.0
    white: float = 1.0


def exposure_for(light: Floats) -> Exposure:
    """How to show a picture of which this (n x 3) is a fair sample."""
    finite = light[np.isfinite(light).all(axis=1)].astype(np.float32)
    luma = finite @ _LUMA
    lit = luma[luma > 0]
    if not lit.size:
        return Exposure()
    mean = float(np.exp(np.log(lit).mean()))
    gain = 1.0 if _DARKEST_MEAN <= mean <= _BRIGHTEST_MEAN else _MIDDLE_GREY / mean
    return Exposure(gain, max(1.0, gain * float(np.percentile(finite.max(axis=1), _WHITE_PERCENT))))


def to_screen(light: Floats, exposure: Exposure) -> Bytes:
    """Linear light as sRGB of 8 bits; what is no number is black, and what is infinite white."""
    scaled = np.nan_to_num(light.astype(np.float32) * np.float32(exposure.gain), nan=0.0, posinf=np.inf)
    room = np.float32(1 - _SHOULDER)
    over = (np.clip(scaled, _SHOULDER, exposure.white) - _SHOULDER) / room
    reach = (exposure.white - _SHOULDER) / room
    bent = _SHOULDER + room * over * (1 + over / reach**2) / (1 + over)
    shown = np.where(scaled > _SHOULDER, bent, np.maximum(scaled, 0)).clip(0, 1)
    coded = np.where(shown <= 0.0031308, 12.92 * shown, 1.055 * shown ** (1 / 2.4) - 0.055)
    rounded: Bytes = (coded * 255 + 0.5).astype(np.uint8)
    return rounded
