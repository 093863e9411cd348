"""Hair, fur and holes drawn on a cut-out, because the collected foregrounds have almost none."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Pixels: TypeAlias = NDArray[np.uint8]

DRAW_SCALE = 3
STRAND_POINTS = 5


def outline(alpha: Pixels) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Points on the edge of the subject (row, column) and the unit normals that lead out of it."""
    soft = np.asarray(Image.fromarray(alpha).filter(ImageFilter.GaussianBlur(2)), np.float32)
    down, right = np.gradient(soft)
    length = np.hypot(down, right)
    points = np.argwhere((alpha > 127) & (length > 12))
    normals = -np.stack([down, right], -1) / np.maximum(length, 1e-3)[..., None]
    return points, normals[points[:, 0], points[:, 1]].astype(np.float32)


def with_strands(rng: np.random.Generator, cut: Pixels) -> Pixels:
    """The RGBA cut-out with thin curved strands growing out of part of its edge, in its colours."""
    points, normals = outline(cut[..., 3])
    if len(points) < 20:
        return cut
    height, width = cut.shape[:2]
    canvas = Image.new("RGBA", (width * DRAW_SCALE, height * DRAW_SCALE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(canvas)
    centre = points[int(rng.integers(len(points)))]
    near = np.flatnonzero(np.hypot(*(points - centre).T) < rng.uniform(0.2, 1.0) * max(height, width))
    length_px, bend = rng.uniform(0.03, 0.16) * max(height, width), rng.uniform(0.05, 0.5)
    for start in rng.choice(near, min(len(near), int(rng.integers(40, 220)))):
        path = strand(rng, points[start], normals[start], length_px, bend)
        red, green, blue, _ = (int(value) for value in cut[points[start][0], points[start][1]])
        draw.line(
            path,
            fill=(red, green, blue, int(rng.integers(110, 256))),
            width=int(rng.integers(1, DRAW_SCALE + 1)),
        )
    strands = canvas.resize((width, height), Image.Resampling.BOX)
    return np.asarray(Image.alpha_composite(strands, Image.fromarray(cut)))


def strand(
    rng: np.random.Generator,
    start: NDArray[np.intp],
    normal: NDArray[np.float32],
    length_px: float,
    bend: float,
) -> list[tuple[float, float]]:
    """The x, y points of one strand at drawing scale, turning a little at each step."""
    angle = np.arctan2(normal[0], normal[1]) + rng.normal(0, 0.35)
    turn = rng.normal(0, bend)
    step_px = length_px * rng.uniform(0.4, 1.3) / STRAND_POINTS
    row, column = float(start[0]), float(start[1])
    path = [(column * DRAW_SCALE, row * DRAW_SCALE)]
    for _ in range(STRAND_POINTS):
        row, column, angle = row + step_px * np.sin(angle), column + step_px * np.cos(angle), angle + turn
        path.append((column * DRAW_SCALE, row * DRAW_SCALE))
    return path


def with_holes(rng: np.random.Generator, cut: Pixels) -> Pixels:
    """The cut-out pierced by an ellipse, a slot or a lattice, as handles, chairs and fences are."""
    height, width = cut.shape[:2]
    mask = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(mask)
    if rng.random() < 0.3:
        gap, bar = int(rng.integers(8, 24)), int(rng.integers(3, 8))
        for left in range(int(width * 0.25), int(width * 0.75), gap + bar):
            draw.rectangle((left, height * 0.3, left + gap, height * 0.7), fill=0)
    else:
        for _ in range(int(rng.integers(1, 4))):
            x, y = rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.8) * height
            across, along = rng.uniform(0.04, 0.2) * width, rng.uniform(0.04, 0.2) * height
            draw.ellipse((x - across, y - along, x + across, y + along), fill=0)
    soft = np.asarray(mask.filter(ImageFilter.GaussianBlur(0.7)), np.uint16)
    pierced = cut.copy()
    pierced[..., 3] = (cut[..., 3] * soft // 255).astype(np.uint8)
    return pierced


def as_glass(rng: np.random.Generator, cut: Pixels) -> Pixels:
    """The cut-out let through by the background, less so at its edge, as glass and veils are."""
    inner = np.asarray(Image.fromarray(cut[..., 3]).filter(ImageFilter.GaussianBlur(6)), np.float32) / 255
    clear = cut.copy()
    clear[..., 3] = (cut[..., 3] * (1 - rng.uniform(0.3, 0.6) * inner**2)).astype(np.uint8)
    return clear
