"""What a camera, a crop and a file format do to a picture; the alpha follows the geometry only."""

import io
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from layers.onnx_models.training.compositing import Sample, Stock, composite

Pixels: TypeAlias = NDArray[np.uint8]

COMPOSITE_SHARE = 0.3
SQUEEZED_SHARE = 0.5
PAD_LEVEL = 128
MIN_KEPT_SHARE = 0.5


def photo_sample(stock: Stock, index: int) -> Sample:
    """A photo with the teacher's matte."""
    pixels = stock.photos.picture(index)
    return Sample(pixels[..., :3], pixels[..., 3], stock.photos.entries[index].label)


def cropped(rng: np.random.Generator, sample: Sample) -> Sample:
    """A random box that keeps at least half of the subject; the whole picture if no box does."""
    height, width = sample.alpha.shape
    total = int(sample.alpha.sum(dtype=np.int64))
    for _ in range(4):
        rows, columns = (max(32, round(side * rng.uniform(0.5, 1.0))) for side in (height, width))
        top = int(rng.integers(0, max(1, height - rows + 1)))
        left = int(rng.integers(0, max(1, width - columns + 1)))
        box = np.s_[top : top + rows, left : left + columns]
        if int(sample.alpha[box].sum(dtype=np.int64)) >= MIN_KEPT_SHARE * total:
            return Sample(sample.rgb[box], sample.alpha[box], sample.label)
    return sample


def letterboxed(sample: Sample, side_px: int, stretch: float = 1.0) -> Sample:
    """The picture fitted into a square, its aspect changed by `stretch`, the rest grey and clear."""
    height, width = sample.alpha.shape
    tall, wide = height * stretch, float(width)
    scale = side_px / max(tall, wide)
    rows, columns = max(8, min(side_px, round(tall * scale))), max(8, min(side_px, round(wide * scale)))
    rgb = Image.fromarray(np.ascontiguousarray(sample.rgb)).resize((columns, rows), Image.Resampling.BILINEAR)
    alpha = Image.fromarray(np.ascontiguousarray(sample.alpha)).resize(
        (columns, rows), Image.Resampling.BILINEAR
    )
    top, left = (side_px - rows) // 2, (side_px - columns) // 2
    square = np.full((side_px, side_px, 3), PAD_LEVEL, np.uint8)
    matte = np.zeros((side_px, side_px), np.uint8)
    square[top : top + rows, left : left + columns] = np.asarray(rgb)
    matte[top : top + rows, left : left + columns] = np.asarray(alpha)
    return Sample(square, matte, sample.label)


def stretch(rng: np.random.Generator, sample: Sample) -> float:
    """A change of aspect: all the way to a square as often as a slight one, so that either fit serves."""
    height, width = sample.alpha.shape
    return width / height if rng.random() < SQUEEZED_SHARE else float(rng.uniform(0.8, 1.25))


def recoloured(rng: np.random.Generator, rgb: Pixels) -> Pixels:
    """The picture under another light: gain, cast, contrast, saturation, now and then grey."""
    pixels = rgb.astype(np.float32)
    grey = pixels.mean(-1, keepdims=True)
    saturation = 0.0 if rng.random() < 0.04 else rng.uniform(0.6, 1.4)
    pixels = grey + (pixels - grey) * np.float32(saturation)
    gain = (rng.uniform(0.75, 1.25) * rng.uniform(0.9, 1.1, 3)).astype(np.float32)
    pixels = (pixels - 128) * np.float32(rng.uniform(0.75, 1.25)) + 128
    lit: Pixels = (pixels * gain).clip(0, 255).astype(np.uint8)
    return lit


def degraded(rng: np.random.Generator, rgb: Pixels) -> Pixels:
    """Blur, sensor noise and JPEG blocks, each now and then."""
    if rng.random() < 0.1:
        rgb = np.asarray(Image.fromarray(rgb).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2))))
    if rng.random() < 0.15:
        noise = rng.integers(-12, 13, rgb.shape, dtype=np.int16)
        rgb = (rgb + noise).clip(0, 255).astype(np.uint8)
    if rng.random() < 0.2:
        coded = io.BytesIO()
        Image.fromarray(rgb).save(coded, "JPEG", quality=int(rng.integers(25, 90)))
        rgb = np.asarray(Image.open(coded))
    return rgb


def training_sample(seed: tuple[int, ...], stock: Stock, photo_index: int, side_px: int) -> Sample:
    """The sample that a seed and a photo make, the same on every run."""
    rng = np.random.default_rng(seed)
    if rng.random() < COMPOSITE_SHARE:
        sample = composite(rng, stock, side_px)
    else:
        sample = photo_sample(stock, photo_index)
        sample = cropped(rng, sample) if rng.random() < 0.6 else sample
    if rng.random() < 0.5:
        sample = Sample(sample.rgb[:, ::-1], sample.alpha[:, ::-1], sample.label)
    square = letterboxed(sample, side_px, stretch(rng, sample))
    rgb = recoloured(rng, square.rgb) if rng.random() < 0.7 else square.rgb
    return Sample(degraded(rng, rgb), square.alpha, square.label)
