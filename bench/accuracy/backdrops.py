"""What a user may put behind a cut-out, and how far it then is from the true picture."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

PLAIN = ((255, 255, 255), (0, 0, 0), (0, 177, 64))
PHOTO_SEED = 20240817


def backdrops(width: int, height: int) -> Iterator[Floats]:
    """White, black, studio green, and something as busy as a photo, each as it spreads over the picture."""
    for colour in PLAIN:
        yield np.asarray(colour, np.float32).reshape(1, 1, 3)
    yield photo_like(width, height).astype(np.float32)


def photo_like(width: int, height: int, seed: int = PHOTO_SEED) -> Bytes:
    """Soft colours with detail at every scale, the same for every system and run."""
    random = np.random.default_rng(seed)
    total = np.full((height, width, 3), 118, np.float32)
    for cells, strength in ((3, 60), (12, 30), (48, 16), (192, 8)):
        grain = random.normal(0, strength, (cells, cells, 3)).astype(np.float32)
        for channel in range(3):
            layer = Image.fromarray(grain[..., channel]).resize((width, height), Image.Resampling.BICUBIC)
            total[..., channel] += np.asarray(layer)
    image = Image.fromarray(np.clip(total, 0, 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(1)))


def composite_error(cutout: Bytes, colour: Bytes, truth: Bytes) -> float:
    """Mean difference of colour, 0..255, between the cut-out and the truth laid over each backdrop."""
    height, width = truth.shape
    errors = [
        float(np.abs(_laid(cutout[..., :3], cutout[..., 3], back) - _laid(colour, truth, back)).mean())
        for back in backdrops(width, height)
    ]
    return sum(errors) / len(errors)


def _laid(colour: Bytes, alpha: Bytes, back: Floats) -> Floats:
    share = alpha[..., None].astype(np.float32) / np.float32(255)
    return colour * share + back * (1 - share)
