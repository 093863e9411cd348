"""Colour profiles: how a picture's numbers become sRGB's, and the other way round."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

MAX_PROFILE_BYTES = 4 * 1024 * 1024
# Modes of an image that a profile of each colour space can be applied to, and the mode it is applied in.
_GREY_MODES = {"1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "I;16N", "F"}
_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
# A tag of this type is a program of any length: ten thousand steps in 80 KB hold littlecms for 18 s.
_CHAIN_OF_ELEMENTS = b"mpet"
_PROBE_STEPS = 6
_UNSEEN = 1


@dataclass(frozen=True, slots=True)
class Recolouring:
    """A transform to or from sRGB and the mode of image that it takes."""

    mode: str
    transform: ImageCms.ImageCmsTransform

    def apply(self, image: Image.Image) -> Image.Image:
        """The image in the other colours, as RGB."""
        plain = image if image.mode == self.mode else image.convert(self.mode)
        return self.transform.apply(plain)


def recolouring_for(mode: str, profile: bytes | None) -> Recolouring | None:
    """How an image of this mode gets to sRGB; None where it is there, or the profile is of no use."""
    if mode == "LAB":
        return Recolouring("LAB", _to_srgb(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), "LAB"))
    if not profile or len(profile) > MAX_PROFILE_BYTES or _CHAIN_OF_ELEMENTS in profile:
        return None
    try:
        opened = ImageCms.ImageCmsProfile(BytesIO(profile))
        space = _SPACES.get(opened.profile.xcolor_space.strip())
        if space is None or not _fits(mode, space):
            return None
        recolouring = Recolouring(space, _to_srgb(opened, space))
        return None if space == "RGB" and _changes_nothing(recolouring) else recolouring
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        # A broken profile says nothing about the colours, so they are taken as they are.
        return None


def recolouring_into(profile: bytes) -> Recolouring | None:
    """How sRGB gets to the colours of a profile that has been found of use; some know only the way back."""
    try:
        opened = ImageCms.ImageCmsProfile(BytesIO(profile))
        return Recolouring(
            "RGB", ImageCms.buildTransform(ImageCms.createProfile("sRGB"), opened, "RGB", "RGB")
        )
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None


def _fits(mode: str, space: str) -> bool:
    if "CMYK" in (mode, space):
        return mode == space
    return space == "RGB" or mode in _GREY_MODES


def _to_srgb(profile: ImageCms.ImageCmsProfile, mode: str) -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), mode, "RGB")


def _changes_nothing(recolouring: Recolouring) -> bool:
    """Whether the profile is sRGB under whatever name: no colour of a coarse grid moves visibly."""
    levels = np.linspace(0, 255, _PROBE_STEPS).round().astype(np.uint8)
    grid = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(_PROBE_STEPS, -1, 3)
    moved = np.asarray(recolouring.apply(Image.fromarray(grid)))
    return bool((np.abs(moved.astype(np.int16) - grid) <= _UNSEEN).all())
