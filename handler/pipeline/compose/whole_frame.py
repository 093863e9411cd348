"""The original itself, or its own colours beside the matte, for those who compose themselves."""

import numpy as np

from handler.domain.image import Bytes
from handler.pipeline.compose.layout import Layout
from handler.pipeline.compose.materials import Materials
from handler.pipeline.compose.rows import joined


def whole_frame(materials: Materials, layout: Layout) -> Bytes:
    """RGBA whose colour is nowhere cleaned or hidden; beyond the picture it is that of its border."""
    frame = np.empty((layout.height, layout.width, 4), np.uint8)
    frame[..., :3] = joined(materials.placed(materials.original.rgb, layout).rows, layout.height)
    box = layout.target
    right, bottom = box.left + box.width, box.top + box.height
    frame[:, : box.left], frame[:, right:] = frame[:, box.left, None], frame[:, right - 1, None]
    frame[: box.top], frame[bottom:] = frame[box.top], frame[bottom - 1]
    frame[..., 3] = joined(materials.placed(materials.cutout.alpha, layout).rows, layout.height)
    return frame


def uncut(materials: Materials, layout: Layout) -> Bytes:
    """The picture as it came, with its own transparency."""
    rgb, alpha = materials.original.rgb, materials.original.alpha
    pixels = rgb if alpha is None else np.dstack((rgb, alpha))
    return joined(materials.placed(pixels, layout).rows, layout.height)
