"""Composites of our own, for what a set lacks: cast shadows, glass, strands of hair. The same every time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from bench.accuracy.backdrops import photo_like
from bench.accuracy.dataset import OWN

Floats = NDArray[np.floating[Any]]
SIZE = (900, 700)
EACH = 4
# Drawn this much larger and averaged, so that alpha is true to a sixteenth of a pixel.
FINE = 4
STRANDS = 260


def write_composites(folder: Path, each: int = EACH) -> Path:
    """Write so many of every slice in the form of a data set, and give the folder."""
    for name, make in MAKERS.items():
        for number in range(each):
            random = np.random.default_rng([number, *name.encode()])
            ground = _ground(int(random.integers(1 << 30)))
            picture, alpha, colour = make(random, ground)
            for kind, pixels in (("images", picture), ("masks", alpha * 255), ("foregrounds", colour)):
                path = folder / f"{OWN}{name}" / kind / f"{number}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(np.rint(np.clip(pixels, 0, 255)).astype(np.uint8)).save(path)
    return folder


Composite = tuple[Floats, Floats, Floats]


def _shadow(random: np.random.Generator, ground: Floats) -> Composite:
    """A solid thing whose shadow falls on the ground; the shadow is not the thing's."""
    outline = _outline(random)
    alpha, colour = _filled(outline), _shaded(random)
    lying = [
        (x + 0.5 * (SIZE[1] * 0.75 - y), SIZE[1] * 0.75 - 0.3 * (SIZE[1] * 0.75 - y)) for x, y in outline
    ]
    image = Image.fromarray(np.rint(_filled(lying) * 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(9)
    )
    shade = 1 - 0.55 * np.asarray(image, np.float32)[..., None] / 255
    return _over(colour, alpha, ground * shade), alpha, colour


def _glass(random: np.random.Generator, ground: Floats) -> Composite:
    """A thing that the ground shines through, more in its middle than at its rim."""
    outline = _outline(random)
    solid = _filled(outline)
    image = Image.fromarray(np.rint(solid * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(22))
    middle = np.clip(np.asarray(image, np.float32) / 255 * 2 - 1, 0, 1)
    alpha = solid * (0.9 - 0.55 * middle)
    colour = 0.35 * _shaded(random) + 0.65 * np.float32(235)
    return _over(colour, alpha, ground), alpha, colour


def _strands(random: np.random.Generator, ground: Floats) -> Composite:
    """A head of hair, single strands a pixel or two wide standing off it."""
    width, height = SIZE
    image = Image.new("L", (width * FINE, height * FINE))
    draw = ImageDraw.Draw(image)
    middle = np.array([width / 2, height * 0.55]) * FINE
    radius = height * 0.24 * FINE
    draw.ellipse([*(middle - radius), *(middle + radius)], fill=255)
    for angle in random.uniform(0, 2 * np.pi, STRANDS):
        length, bend = random.uniform(0.15, 0.75), random.normal(0, 0.35)
        steps = np.linspace(0, 1, 12)
        turned = angle + bend * steps**2
        reach = radius * (0.95 + length * steps)
        points = middle + np.stack((np.cos(turned), np.sin(turned)), axis=1) * reach[:, None]
        draw.line([tuple(point) for point in points.tolist()], fill=255, width=int(random.integers(3, 8)))
    alpha = np.asarray(image.reduce(FINE), np.float32) / 255
    colour = _shaded(random)
    return _over(colour, alpha, ground), alpha, colour


MAKERS: dict[str, Callable[[np.random.Generator, Floats], Composite]] = {
    "cast_shadow": _shadow,
    "glass": _glass,
    "strands": _strands,
}


def _ground(seed: int) -> Floats:
    """Something out of focus."""
    image = Image.fromarray(photo_like(*SIZE, seed)).filter(ImageFilter.GaussianBlur(6))
    colour = np.asarray(image, np.float32)
    ground: Floats = 0.4 * colour + 0.6 * colour.mean(axis=2, keepdims=True)
    return ground


def _outline(random: np.random.Generator) -> list[tuple[float, float]]:
    """A round thing with a few bulges, standing in the middle."""
    angles = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    radius = np.ones_like(angles)
    for order in (2, 3, 5):
        radius += random.uniform(0.04, 0.16) * np.cos(order * angles + random.uniform(0, 2 * np.pi))
    across, down = (radius * SIZE[1] * share for share in (0.22, 0.27))
    xs, ys = SIZE[0] / 2 + np.cos(angles) * across, SIZE[1] * 0.5 + np.sin(angles) * down
    return list(zip(xs.tolist(), ys.tolist(), strict=True))


def _filled(outline: list[tuple[float, float]]) -> Floats:
    image = Image.new("L", (SIZE[0] * FINE, SIZE[1] * FINE))
    ImageDraw.Draw(image).polygon([(x * FINE, y * FINE) for x, y in outline], fill=255)
    return np.asarray(image.reduce(FINE), np.float32) / 255


def _shaded(random: np.random.Generator) -> Floats:
    """One colour, lit from the upper left."""
    down, across = np.mgrid[0 : SIZE[1], 0 : SIZE[0]].astype(np.float32)
    light = 1.15 - 0.5 * (across / SIZE[0] + down / SIZE[1] - 0.5)
    shaded: Floats = np.clip(light[..., None] * random.uniform(30, 220, 3), 0, 255).astype(np.float32)
    return shaded


def _over(colour: Floats, alpha: Floats, ground: Floats) -> Floats:
    share = alpha[..., None]
    return colour * share + ground * (1 - share)
