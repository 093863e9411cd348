"""What every format's room gives: a picture opened and checked, its pixels not yet decoded."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import _imaging as memory
from PIL.Image import Image

from handler.domain.errors import ResolutionTooHighError, UnreadableImageError

# Blocks of memory so large come fresh from the system, wiped as they are touched. Smaller ones are used anew:
# the library then wipes a whole picture's before it decodes, and holds the interpreter for 50 ms.
_BLOCK_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Latent:
    """
    A picture that the image library does not open by itself.

    Attributes:
        render: makes it, one pixel from so many in each direction where its format can do so.
    """

    size: tuple[int, int]
    render: Callable[[int], Image]


@dataclass(frozen=True, slots=True)
class Source:
    """
    A picture ready to be decoded.

    Attributes:
        image: as stored, neither turned nor converted.
        orientation: EXIF's number for how it is to be turned, 1..8.
        profile: the ICC profile that its colours are meant in.
        frames: how many frames the file holds; where counting has a bound, at least so many.
    """

    image: Image | Latent
    orientation: int = 1
    profile: bytes | None = None
    frames: int = 1


def load(image: Image | Latent, scale: int) -> Image:
    """The image with its pixels; reduced, where the format can do so, to one from so many."""
    if isinstance(image, Latent):
        return image.render(scale)
    memory.set_block_size(_BLOCK_BYTES)
    if scale > 1:
        width, height = image.size
        # Asked for by size, the decoder takes the scale whose sides are no shorter.
        image.draft(None, (max(1, width // scale), max(1, height // scale)))
    image.load()
    return image


def check_pixels(size: tuple[int, int], max_pixels: int) -> None:
    """Refuse an empty or too large picture before anything is reserved for it."""
    width, height = size
    if width < 1 or height < 1:
        raise UnreadableImageError("The image has no pixels")
    if width * height > max_pixels:
        raise ResolutionTooHighError(
            f"The image has {width * height} pixels ({width} x {height}); at most {max_pixels} are taken"
        )
