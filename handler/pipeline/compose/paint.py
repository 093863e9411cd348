"""Lays pictures over each other, strip by strip."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from handler.domain.image import Bytes, Floats
from handler.domain.request import Blend
from handler.pipeline.compose.light import colours_of, light_of
from handler.pipeline.compose.rows import Rows


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
    """Straight RGBA over straight RGBA."""
    images = (Image.fromarray(np.ascontiguousarray(pixels)) for pixels in (back, front))
    return np.asarray(Image.alpha_composite(*images))


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
