"""Pictures with exact alpha: subjects over backgrounds, with shadows, strands, holes and glass."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from layers.onnx_models.training.packing import Packed
from layers.onnx_models.training.scenery import background
from layers.onnx_models.training.sources import UNLABELLED
from layers.onnx_models.training.strands import as_glass, with_holes, with_strands

Pixels: TypeAlias = NDArray[np.uint8]

PHOTO_SUBJECT_SHARE = 0.45


@dataclass(frozen=True)
class Sample:
    """A picture, its alpha, and the coarse class of its subject."""

    rgb: Pixels
    alpha: Pixels
    label: int


@dataclass(frozen=True)
class Stock:
    """What composites are made of: whole cut-outs, photos with mattes, and where each may be taken from."""

    photos: Packed
    foregrounds: Packed
    photo_indices: list[int]
    foreground_indices: list[int]


def trimmed(cut: Pixels) -> Pixels:
    """The cut-out without its empty margins."""
    rows, columns = np.flatnonzero(cut[..., 3].any(1)), np.flatnonzero(cut[..., 3].any(0))
    return cut[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if rows.size else cut


def subject(rng: np.random.Generator, stock: Stock, side_px: int) -> tuple[Pixels, int]:
    """One cut-out and its class: a collected foreground, or the subject of a photo as the teacher saw it."""
    from_photo = rng.random() < PHOTO_SUBJECT_SHARE
    pool, indices = (
        (stock.photos, stock.photo_indices) if from_photo else (stock.foregrounds, stock.foreground_indices)
    )
    index = int(rng.choice(indices))
    cut = Image.fromarray(trimmed(pool.picture(index)))
    # Never larger than the picture it goes into: turning and drawing cost by the pixel.
    cut.thumbnail((side_px, side_px), Image.Resampling.BILINEAR)
    return np.asarray(cut), pool.entries[index].label


def altered(rng: np.random.Generator, cut: Pixels) -> Pixels:
    """The cut-out mirrored, turned, and now and then given hair, holes or glass."""
    if rng.random() < 0.5:
        cut = np.ascontiguousarray(cut[:, ::-1])
    if rng.random() < 0.25:
        cut = with_strands(rng, with_margin(cut))
    if rng.random() < 0.08:
        cut = with_holes(rng, cut)
    if rng.random() < 0.05:
        cut = as_glass(rng, cut)
    if rng.random() < 0.4:
        turned = Image.fromarray(cut).rotate(rng.normal(0, 12), Image.Resampling.BILINEAR, expand=True)
        cut = trimmed(np.asarray(turned))
    return cut


def with_margin(cut: Pixels) -> Pixels:
    """The cut-out with room around it, which strands grow into."""
    margin = max(cut.shape[:2]) // 7
    return np.pad(cut, ((margin, margin), (margin, margin), (0, 0)))


def fitted(rng: np.random.Generator, cut: Pixels, size: tuple[int, int]) -> Pixels:
    """The cut-out scaled and placed on a clear canvas of the given height and width."""
    height, width = size
    share = rng.uniform(0.1, 0.3) if rng.random() < 0.15 else rng.uniform(0.4, 1.05)
    scale = share * min(height / cut.shape[0], width / cut.shape[1])
    own = (max(4, round(cut.shape[0] * scale)), max(4, round(cut.shape[1] * scale)))
    small = Image.fromarray(cut).resize((own[1], own[0]), Image.Resampling.BILINEAR)
    top = round((height - own[0]) * rng.uniform(-0.05, 1.05))
    left = round((width - own[1]) * rng.uniform(-0.05, 1.05))
    canvas = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    canvas.paste(small, (left, top))
    return np.asarray(canvas)


def shaded(rng: np.random.Generator, plane: Pixels, alpha: Pixels) -> Pixels:
    """The background darkened by a soft shadow of the alpha, which is not part of the subject."""
    height, width = alpha.shape
    shift = (round(rng.normal(0, 0.05) * width), round(rng.uniform(0, 0.08) * height))
    shadow = Image.new("L", (width, height), 0)
    shadow.paste(Image.fromarray(alpha), shift)
    soft = (
        np.asarray(shadow.filter(ImageFilter.GaussianBlur(rng.uniform(1, 0.05 * width + 2))), np.float32)
        / 255
    )
    return (plane * (1 - rng.uniform(0.2, 0.7) * soft[..., None])).astype(np.uint8)


def over(cut: Pixels, plane: Pixels) -> Pixels:
    """The cut-out composited over an opaque plane."""
    alpha = cut[..., 3:].astype(np.float32) / 255
    return (cut[..., :3] * alpha + plane * (1 - alpha)).round().astype(np.uint8)


def composite(rng: np.random.Generator, stock: Stock, side_px: int) -> Sample:
    """One to three subjects over a background whose longest side is `side_px`."""
    aspect = rng.uniform(0.65, 1.0)
    size = (side_px, round(side_px * aspect)) if rng.random() < 0.5 else (round(side_px * aspect), side_px)
    plane = background(rng, stock.photos, stock.photo_indices, size)
    alpha: NDArray[np.float32] = np.zeros(size, np.float32)
    label = UNLABELLED
    for _ in range(int(rng.choice((1, 2, 3), p=(0.85, 0.12, 0.03)))):
        cut, label = subject(rng, stock, side_px)
        cut = fitted(rng, altered(rng, cut), size)
        cut = toned(rng, cut)
        if rng.random() < 0.35:
            plane = shaded(rng, plane, cut[..., 3])
        plane = over(cut, plane)
        alpha = 1 - (1 - alpha) * (1 - cut[..., 3].astype(np.float32) / np.float32(255))
    return Sample(plane, (alpha * 255).round().astype(np.uint8), label)


def toned(rng: np.random.Generator, cut: Pixels) -> Pixels:
    """The cut-out under a light of its own, so that tone alone does not give the subject away."""
    gain = rng.uniform(0.7, 1.15) * rng.uniform(0.93, 1.07, 3).astype(np.float32)
    lit = cut.copy()
    lit[..., :3] = (cut[..., :3] * gain).clip(0, 255).astype(np.uint8)
    return lit
