"""Pictures turned upright, and only by an EXIF that can be believed."""

import struct

import numpy as np
import pytest
from PIL import Image

from handler.domain.image import size_of
from handler.domain.limits import Limits
from handler.pipeline.decode import decode
from tests.images import encoded, gradient, turned

LIMITS = Limits()


@pytest.mark.parametrize("source_format", ["jpeg", "png", "webp", "tiff", "avif", "heic"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(source_format: str, orientation: int) -> None:
    """Width, height and every corner are those of the upright picture; 70 rows make more than one strip."""
    picture = decode(turned(source_format, orientation, width=90, height=70), LIMITS)

    assert (90, 70) == size_of(picture.rgb) == (picture.full_width, picture.full_height)
    assert np.abs(gradient(90, 70).astype(int) - picture.rgb).max() <= 12


@pytest.mark.parametrize("damage", [b"no header.", b"II*\0\xff\xff\xff\xff\1\0", b"MM\0*\0\0\0\x08\xff\xff"])
@pytest.mark.parametrize("source_format", ["jpeg", "png", "webp", "avif", "heic"])
def test_broken_exif_does_not_fail_the_picture(source_format: str, damage: bytes) -> None:
    """Nothing is turned, and nothing is warned of."""
    block = Image.Exif()
    block[0x010F] = "maker"
    data = encoded(gradient(), source_format, exif=block.tobytes())
    broken = data.replace(block.tobytes()[6:16], damage)
    assert broken != data
    picture = decode(broken, LIMITS)

    assert (48, 32) == size_of(picture.rgb)


def test_an_orientation_written_as_a_long_number_counts() -> None:
    """Some writers take four bytes for it."""
    block = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHII", 1, 0x0112, 4, 1, 6)
    picture = decode(encoded(gradient(48, 32), exif=block), LIMITS)

    assert (32, 48) == size_of(picture.rgb)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation: int) -> None:
    """Only the numbers 1 to 8 mean something."""
    picture = decode(turned("png", orientation), LIMITS)

    assert np.array_equal(gradient(), picture.rgb)
