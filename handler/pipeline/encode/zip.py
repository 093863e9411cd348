"""A zip of colour and matte, for those who compose themselves."""

from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np

from handler.domain.image import Bytes
from handler.pipeline.encode.jpeg import write_jpeg
from handler.pipeline.encode.png import write_png

# The oldest that the format knows: no two files differ by when they were made.
_MADE = (1980, 1, 1, 0, 0, 0)


def write_zip(pixels: Bytes, quality: int, profile: bytes, threads: int) -> bytes:
    """Encode grey, RGB or RGBA as color.jpg and alpha.png, neither of which a zip could make smaller."""
    colour = np.dstack([pixels] * 3) if pixels.ndim == 2 else pixels[..., :3]
    is_clear = pixels.ndim == 3 and pixels.shape[2] == 4
    alpha = pixels[..., 3] if is_clear else np.full(pixels.shape[:2], 255, np.uint8)
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        archive.writestr(ZipInfo("color.jpg", _MADE), write_jpeg(colour, quality, profile))
        archive.writestr(ZipInfo("alpha.png", _MADE), write_png(np.ascontiguousarray(alpha), threads))
    return file.getvalue()
