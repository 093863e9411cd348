"""The curve of sRGB, between the bytes of a file and amounts of light."""

import numpy as np

from handler.domain.image import Bytes, Floats

_STEPS = np.arange(256) / 255
_LIGHT = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4).astype(np.float32)


def light_of(colours: Bytes) -> Floats:
    """Amounts of light, 0..1."""
    return _LIGHT[colours]


def colours_of(light: Floats) -> Bytes:
    """The nearest bytes."""
    curved = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055)
    colours: Bytes = np.rint(curved * 255).astype(np.uint8)
    return colours
