"""AVIF: lossy colour at full resolution under lossless alpha."""

from importlib import import_module
from io import BytesIO

import numpy as np
from PIL import Image

from handler.domain.image import Bytes
from handler.pipeline.encode.effort import is_web_sized

# Thorough costs a fifth of a second for a million pixels; quick is the fastest that the encoder has.
_THOROUGH, _QUICK = 8, 9
# The bytes depend on it, so it is not the caller's.
_THREADS = 2


def write_avif(pixels: Bytes, quality: int, profile: bytes) -> bytes:
    """Encode grey, RGB or RGBA."""
    import_module("PIL.AvifImagePlugin")
    file = BytesIO()
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.save(
        file,
        "AVIF",
        codec="aom",
        quality=quality,
        subsampling="4:0:0" if image.mode == "L" else "4:4:4",
        advanced={"alpha:cq-level": "0"} if image.mode == "RGBA" else {},
        speed=_THOROUGH if is_web_sized(pixels) else _QUICK,
        max_threads=_THREADS,
        icc_profile=None if image.mode == "L" else profile,
    )
    return file.getvalue()
