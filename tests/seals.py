"""Seals and signatures stamped on paper, with the ink's true alpha and colour known."""

import io
import itertools
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from handler.domain.image import Bytes, Floats

INKS = ((190, 25, 35), (20, 60, 160), (25, 25, 30), (90, 30, 130), (20, 110, 60))
PAPERS = ((250, 250, 248), (243, 236, 220), (228, 230, 236), (236, 222, 196))


@dataclass(frozen=True, slots=True, eq=False)
class Seal:
    """A photo of ink on paper; alpha is 0..1."""

    photo: Bytes
    alpha: Floats
    ink: tuple[int, int, int]


def make_seal(seed: int, width: int = 420, height: int = 360) -> Seal:
    """Draw one: its ink, its shape, its paper and its light follow from the seed."""
    random = np.random.default_rng(seed)
    ink = INKS[seed % len(INKS)]
    alpha = _worn(_drawn(seed, random, width, height), random)
    paper = np.array(PAPERS[(seed // 5) % len(PAPERS)], np.float32)
    fibres = _clouds(random, width, height, 2) * 0.012 + random.normal(0, 0.008, (height, width))
    sheet = paper * (1 + fibres[..., None])
    colour = np.array(ink, np.float32)
    scene = alpha[..., None] * colour + (1 - alpha[..., None]) * sheet
    lit = scene * _light(random, width, height)[..., None] + random.normal(0, 1.5, scene.shape)
    photo = Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))
    if seed % 3:
        file = io.BytesIO()
        photo.save(file, "JPEG", quality=int(random.integers(80, 96)))
        photo = Image.open(file).convert("RGB")
    return Seal(np.asarray(photo), alpha, ink)


def _drawn(seed: int, random: np.random.Generator, width: int, height: int) -> Floats:
    """The shape at four times its size, so that its rim is soft when it is made smaller."""
    big = Image.new("L", (4 * width, 4 * height))
    draw = ImageDraw.Draw(big)
    middle, reach = (2 * width, 2 * height), 1.6 * min(width, height)
    (_round, _square, _signature)[seed % 3](draw, random, middle, reach)
    turned = big.rotate(float(random.uniform(-20, 20)), Image.Resampling.BILINEAR)
    small = turned.resize((width, height), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(0.6))
    alpha: Floats = np.divide(np.asarray(small), 255, dtype=np.float32)
    return alpha


def _round(
    draw: ImageDraw.ImageDraw, random: np.random.Generator, middle: tuple[float, float], reach: float
) -> None:
    x, y = middle
    for share, stroke in ((1.0, 0.07), (0.62, 0.03)):
        radius = reach * share
        draw.ellipse(
            (x - radius, y - radius, x + radius, y + radius), outline=255, width=round(reach * stroke)
        )
    for place in np.linspace(0, math.tau, int(random.integers(9, 16)), endpoint=False):
        at = (x + 0.8 * reach * math.cos(place), y + 0.8 * reach * math.sin(place))
        draw.line(
            (at[0], at[1], at[0] + reach * 0.08, at[1] + reach * 0.06), fill=255, width=round(reach * 0.035)
        )
    points = [
        (x + reach * radius * math.sin(turn), y - reach * radius * math.cos(turn))
        for turn, radius in zip(np.arange(10) * math.tau / 10, [0.4, 0.16] * 5, strict=True)
    ]
    draw.polygon(points, fill=255)


def _square(
    draw: ImageDraw.ImageDraw, random: np.random.Generator, middle: tuple[float, float], reach: float
) -> None:
    x, y = middle
    side = reach * 0.8
    draw.rectangle((x - side, y - side, x + side, y + side), outline=255, width=round(reach * 0.09))
    for row in (-0.4, 0.0, 0.4):
        for column in (-0.4, 0.4):
            for _ in range(4):
                start = random.uniform(-0.28, 0.28, 2) * reach
                end = start + random.choice([(0.3, 0.0), (0.0, 0.3)]) * reach * 0.7
                place = (x + column * reach, y + row * reach)
                draw.line((*(start + place), *(end + place)), fill=255, width=round(reach * 0.05))


def _signature(
    draw: ImageDraw.ImageDraw, random: np.random.Generator, middle: tuple[float, float], reach: float
) -> None:
    x, y = middle
    along = np.linspace(0, 1, 400)
    waves = sum(
        random.uniform(0.1, 0.35) * np.sin(along * random.uniform(10, 40) + random.uniform(0, 6))
        for _ in range(3)
    )
    points = np.stack([x + (along - 0.5) * 2.2 * reach, y + waves * 0.6 * reach], axis=1)
    for first, second in itertools.pairwise(points):
        draw.line((*first, *second), fill=255, width=round(reach * random.uniform(0.03, 0.05)))


def _worn(alpha: Floats, random: np.random.Generator) -> Floats:
    """Ink never takes evenly."""
    height, width = alpha.shape
    worn: Floats = (alpha * np.clip(1.0 - 0.12 * np.abs(_clouds(random, width, height, 6)), 0, 1)).astype(
        np.float32
    )
    return worn


def _light(random: np.random.Generator, width: int, height: int) -> Floats:
    """Brightest somewhere, darker away from it, with a soft shadow across."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    turn = random.uniform(0, math.tau)
    slope = x * math.cos(turn) + y * math.sin(turn)
    light = 1 - random.uniform(0.05, 0.25) * (slope + 1.4) / 2.8 - random.uniform(0, 0.08) * (x * x + y * y)
    light -= random.uniform(0, 0.06) / (1 + np.exp(-8 * (slope - random.uniform(-0.3, 0.6))))
    lit: Floats = (light / light.max()).astype(np.float32)
    return lit


def _clouds(random: np.random.Generator, width: int, height: int, size: int) -> Floats:
    coarse = random.normal(0, 1, (-(-height // size), -(-width // size))).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))
