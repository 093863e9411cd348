"""Backgrounds: made from noise and gradients, or taken from the parts of photos that hold no subject."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from layers.onnx_models.training.packing import Packed

Pixels: TypeAlias = NDArray[np.uint8]

STUDIO_LEVEL_MIN = 215


def resized(pixels: Pixels, height: int, width: int) -> Pixels:
    """The pixels at another size."""
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BILINEAR))


def colour(rng: np.random.Generator) -> NDArray[np.float32]:
    """A colour anywhere in the cube, half of the time a muted one."""
    value = rng.uniform(0, 255, 3)
    if rng.random() < 0.5:
        value = value.mean() + (value - value.mean()) * 0.25
    return value.astype(np.float32)


def studio(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """Near-white or one plain colour, with a faint fall-off: how products are photographed."""
    base = rng.uniform(STUDIO_LEVEL_MIN, 255, 1).repeat(3) if rng.random() < 0.6 else colour(rng)
    fall_off = np.linspace(1.0, rng.uniform(0.8, 1.0), height, dtype=np.float32)[:, None, None]
    plane = np.broadcast_to(base * fall_off, (height, width, 3))
    return plane.clip(0, 255).astype(np.uint8)


def gradient(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """Four corner colours, blended."""
    corners = np.stack([colour(rng) for _ in range(4)]).reshape(2, 2, 3)
    return resized(corners.astype(np.uint8), height, width)


def texture(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """Noise of several sizes between two colours: walls, grass, cloth."""
    field = np.zeros((height, width), np.float32)
    for cell_px in rng.choice((2, 4, 8, 16, 32, 64), 3, replace=False):
        grid = rng.integers(0, 256, (max(2, height // cell_px), max(2, width // cell_px)), dtype=np.uint8)
        field += resized(grid, height, width)
    blend = (field / 765.0)[..., None]
    return (colour(rng) * blend + colour(rng) * (1 - blend)).astype(np.uint8)


def blocks(rng: np.random.Generator, height: int, width: int) -> Pixels:
    """Rectangles over a gradient: shelves, windows, furniture, none of which is the subject."""
    plane = gradient(rng, height, width).copy()
    for _ in range(int(rng.integers(3, 12))):
        top, left = int(rng.integers(0, height)), int(rng.integers(0, width))
        bottom = top + int(rng.integers(1, max(2, height // 2)))
        right = left + int(rng.integers(1, max(2, width // 2)))
        plane[top:bottom, left:right] = colour(rng).astype(np.uint8)
    return plane


def photo_region(
    rng: np.random.Generator, photos: Packed, index: int, size: tuple[int, int]
) -> Pixels | None:
    """The empty box of a photo, mirrored at will, stretched to the size."""
    box = photos.entries[index].empty_box
    if box is None:
        return None
    left, top, right, bottom = box
    region = photos.picture(index)[top:bottom, left:right, :3]
    region = region[:, ::-1] if rng.random() < 0.5 else region
    return resized(np.ascontiguousarray(region), *size)


def background(rng: np.random.Generator, photos: Packed, usable: list[int], size: tuple[int, int]) -> Pixels:
    """A background of the given height and width, a photo's more often than not."""
    if rng.random() < 0.6:
        region = photo_region(rng, photos, int(rng.choice(usable)), size)
        if region is not None:
            return region
    maker = (studio, gradient, texture, blocks)[int(rng.integers(4))]
    return maker(rng, *size)
