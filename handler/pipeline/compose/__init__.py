"""Lays the cut-out, and what belongs behind it, on the canvas that was asked for."""

from dataclasses import astuple

import numpy as np

from handler.domain.image import Bytes, Canvas
from handler.domain.request import WHITE, Channels, Colour, Format, Variant
from handler.pipeline.compose.backdrop import backdrop, filled
from handler.pipeline.compose.layout import Layout, lay_out
from handler.pipeline.compose.materials import Materials
from handler.pipeline.compose.paint import over, painted, stacked
from handler.pipeline.compose.rows import Placed, Rows, joined
from handler.pipeline.compose.shadow import shadow
from handler.pipeline.compose.whole_frame import uncut, whole_frame

__all__ = ["Layout", "Materials", "compose", "lay_out"]


def compose(materials: Materials, layout: Layout, variant: Variant) -> Canvas:
    """Paint background, shadow and subject, each in its place."""
    return Canvas(_pixels(materials, layout, variant), layout.subject)


def _pixels(materials: Materials, layout: Layout, variant: Variant) -> Bytes:
    if variant.uncut:
        return uncut(materials, layout)
    is_bare = variant.background is None and variant.shadow is None
    is_zip, opaque = variant.format is Format.ZIP, _is_opaque(variant)
    if is_zip and is_bare and not opaque:
        return whole_frame(materials, layout)
    if variant.channels is Channels.ALPHA and not is_zip:
        return np.ascontiguousarray(_whole(materials.placed(materials.cutout.alpha, layout)))
    subject = materials.placed(materials.cutout.rgba, layout)
    if is_bare and not opaque:
        return _whole(subject)
    ground = stacked(_grounds(materials, layout, variant))
    return joined(painted(subject.rows, ground, variant.blend, opaque=opaque), layout.height)


def _is_opaque(variant: Variant) -> bool:
    return variant.channels is Channels.RGB or variant.format is Format.JPG


def _whole(placed: Placed) -> Bytes:
    height = placed.canvas[1]
    return placed.rows(0, height) if placed.is_plain else joined(placed.rows, height)


def _grounds(materials: Materials, layout: Layout, variant: Variant) -> list[Rows]:
    """What lies under the subject, the lowest first; white where nothing may stay transparent."""
    grounds, wanted = [], variant.background
    if _is_opaque(variant):
        if isinstance(wanted, Colour | None):
            wanted = _on_white(wanted or WHITE)
        else:
            grounds.append(filled(WHITE, layout.width))
    if wanted is not None:
        grounds.append(backdrop(wanted, layout, materials))
    if variant.shadow is not None:
        alpha = materials.placed(materials.cutout.alpha, layout)
        grounds.append(shadow(alpha.rows, (layout.width, layout.height), variant.shadow))
    return grounds


def _on_white(colour: Colour) -> Colour:
    white, pixel = (np.array([[astuple(layer)]], np.uint8) for layer in (WHITE, colour))
    return Colour(*over(pixel, white)[0, 0].tolist())
