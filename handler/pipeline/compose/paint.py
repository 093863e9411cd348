"""Lays pictures over each other, strip by strip."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from handler.domain.image import Bytes, Floats
from handler.domain.request import Blend
from handler.pipeline.compose.light import colours_of, light_of
from handler.pipeline.compose.rows import Rows

# The least numbers of a pixel that is seen at all, and of one that hides what lies under it.
_VISIBLE, _SOLID = np.uint32(1 << 24), np.uint32(255 << 24)


def stacked(layers: Sequence[Rows]) -> Rows:
    """Layers of RGBA over each other, the lowest first."""

    def rows(top: int, bottom: int) -> Bytes:
        lowest, *others = layers
        strip = lowest(top, bottom)
        for layer in others:
            strip = over(layer(top, bottom), strip)
        return strip

    return rows


def painted(front: Rows, ground: Rows, blend: Blend, *, opaque: bool) -> Rows:
    """A subject over its ground; without alpha where the ground is known to be opaque."""

    def rows(top: int, bottom: int) -> Bytes:
        subject, under = front(top, bottom), ground(top, bottom)
        strip = over(subject, under)
        if blend is Blend.LINEAR:
            strip = _in_linear_light(subject, under, strip)
        # Pillow drops a channel faster than numpy copies three bytes at once.
        return np.asarray(Image.fromarray(strip).convert("RGB")) if opaque else strip

    return rows


def over(front: Bytes, back: Bytes) -> Bytes:
    """Straight RGBA over straight RGBA; only where the front is soft is there anything to reckon."""
    above, below = _pixels(front), _pixels(back)
    mixed = np.where(above < _VISIBLE, below, above)
    # What is clear wraps around to far above, so that one look finds what lies between.
    soft = np.flatnonzero(above - _VISIBLE < _SOLID - _VISIBLE)
    if soft.size:
        images = (Image.fromarray(pixels[soft].view(np.uint8).reshape(1, -1, 4)) for pixels in (below, above))
        mixed[soft] = _pixels(np.asarray(Image.alpha_composite(*images)))
    return mixed.view(np.uint8).reshape(front.shape)


def _pixels(rgba: Bytes) -> NDArray[np.uint32]:
    """One number a pixel, its upper eighth the alpha."""
    return np.ascontiguousarray(rgba).view("<u4").reshape(-1)


def _in_linear_light(front: Bytes, back: Bytes, mixed: Bytes) -> Bytes:
    """Only pixels in which both show differ, and their alpha does not."""
    soft = (front[..., 3] > 0) & (front[..., 3] < 255) & (back[..., 3] > 0)
    result = mixed.copy()
    above, below = front[soft], back[soft]
    weight: Floats = above[:, 3:] * np.float32(1 / 255)
    rest: Floats = below[:, 3:] * np.float32(1 / 255) * (1 - weight)
    light: Floats = (light_of(above[:, :3]) * weight + light_of(below[:, :3]) * rest) / (weight + rest)
    result[soft, :3] = colours_of(light)
    return result
