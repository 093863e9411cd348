"""WebP: lossy colour under lossless alpha."""

from importlib import import_module
from io import BytesIO

import numpy as np
from PIL import Image

from handler.domain.image import Bytes
from handler.pipeline.encode.effort import is_web_sized

_THOROUGH, _QUICK = 2, 0


def write_webp(pixels: Bytes, quality: int, profile: bytes) -> bytes:
    """Encode grey, RGB or RGBA."""
    # Else Pillow would import every plugin that it has, to find this one.
    import_module("PIL.WebPImagePlugin")
    file = BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(
        file,
        "WEBP",
        quality=quality,
        alpha_quality=100,
        method=_THOROUGH if is_web_sized(pixels) else _QUICK,
        icc_profile=profile,
    )
    return file.getvalue()
