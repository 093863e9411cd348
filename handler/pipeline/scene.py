"""The other picture of a background."""

import math

from handler.domain.image import Picture
from handler.domain.limits import Limits
from handler.domain.request import Backdrop, Scene
from handler.pipeline.compose import Layout
from handler.pipeline.decode import decode, read_head


def decode_scene(backdrop: Backdrop | None, layout: Layout, limits: Limits) -> Picture | None:
    """Decode it no larger than is needed to cover the canvas; it has come as bytes by now."""
    if not isinstance(backdrop, Scene) or backdrop.picture is None:
        return None
    if not isinstance(backdrop.picture, bytes):
        raise TypeError(type(backdrop.picture))
    head = read_head(backdrop.picture, limits)
    factor = max(layout.width / head.full_width, layout.height / head.full_height)
    at_least = math.ceil(max(head.full_width, head.full_height) * min(1.0, factor))
    return decode(backdrop.picture, limits, at_least)
