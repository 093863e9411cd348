"""What lies under the subject: a colour, a gradient or a picture."""

import math
from dataclasses import astuple

import numpy as np
from PIL import Image

from handler.domain.image import Box, Bytes, size_of
from handler.domain.request import Backdrop, Colour, Gradient, Scene
from handler.pipeline.compose.blur import blurred
from handler.pipeline.compose.layout import Layout
from handler.pipeline.compose.materials import Materials, in_pixels_of, part_of
from handler.pipeline.compose.rect import Rect
from handler.pipeline.compose.rows import STRIP_ROWS, Placed, Rows

# Of a gradient; far more than two colours have between them.
_STEPS = 4096
_LEAST_SIGMA, _SIGMA_RANGE = 1.0, 49.0


def backdrop(wanted: Backdrop, layout: Layout, materials: Materials) -> Rows:
    """The rows of the canvas before the subject is on it, as RGBA."""
    if isinstance(wanted, Colour):
        return filled(wanted, layout.width)
    if isinstance(wanted, Gradient):
        return _graded(wanted, (layout.width, layout.height))
    return _behind(wanted, layout, materials)


def filled(colour: Colour, width: int) -> Rows:
    """One colour everywhere."""
    strip = np.empty((STRIP_ROWS, width, 4), np.uint8)
    strip[:] = astuple(colour)

    def rows(top: int, bottom: int) -> Bytes:
        return strip[: bottom - top]

    return rows


def _graded(wanted: Gradient, size: tuple[int, int]) -> Rows:
    """Each pixel's colour by how far along the line its middle is, both sides of the canvas counting as 1."""
    width, height = size
    radians = math.radians(wanted.angle)
    across = ((np.arange(width, dtype=np.float32) + 0.5) / width - 0.5) * math.sin(radians) + 0.5
    down = ((np.arange(height, dtype=np.float32) + 0.5) / height - 0.5) * math.cos(radians)
    first, second = astuple(wanted.first), astuple(wanted.second)
    colours = np.rint(np.linspace(first, second, _STEPS)).astype(np.uint8)

    def rows(top: int, bottom: int) -> Bytes:
        share = np.clip(down[top:bottom, None] + across, 0, 1)
        return colours.take((share * (_STEPS - 1) + 0.5).astype(np.intp), axis=0)

    return rows


def _behind(wanted: Scene, layout: Layout, materials: Materials) -> Rows:
    picture, area = materials.original, layout.window
    if wanted.picture is not None:
        if materials.scene is None:
            raise ValueError("a background of another picture needs that picture")
        picture = materials.scene
        area = Rect(0, 0, picture.full_width, picture.full_height)
    canvas = layout.width, layout.height
    source = in_pixels_of(picture, _covering(area, *canvas))
    whole = Box(0, 0, *canvas)
    rows: Rows = Placed(part_of(picture), size_of(picture.rgb), source, whole, canvas).rows
    if wanted.blur is not None:
        rows = blurred(rows, canvas, _LEAST_SIGMA + wanted.blur / 100 * _SIGMA_RANGE)
    return rows if picture.alpha is not None else _opaque(rows)


def _covering(area: Rect, width: int, height: int) -> Rect:
    """The largest part in the middle of an area that has a canvas's shape."""
    factor = max(width / area.width, height / area.height)
    spare_width, spare_height = area.width - width / factor, area.height - height / factor
    return Rect(
        area.left + spare_width / 2,
        area.top + spare_height / 2,
        area.right - spare_width / 2,
        area.bottom - spare_height / 2,
    )


def _opaque(rows: Rows) -> Rows:
    def opaque_rows(top: int, bottom: int) -> Bytes:
        return np.asarray(Image.fromarray(np.ascontiguousarray(rows(top, bottom))).convert("RGBA"))

    return opaque_rows
