"""`python -m bench.codecs`: decoding and encoding alone, beside Pillow's own, turn by turn in one process."""

import argparse
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from bench.pictures import SIZES, photos
from bench.speed.table import machine
from handler.domain.image import Box, Bytes, Canvas
from handler.domain.limits import Limits
from handler.domain.request import Compression, Format, Variant
from handler.pipeline.decode import decode
from handler.pipeline.encode import encode

OUT = Path(__file__).resolve().parent / "out"
PREVIEW_SIDE = 1024
LIMITS = Limits(max_bytes=1 << 30)
HEAD = ("| photo | task | ours ms | Pillow ms | | ours MB | Pillow MB |", "|---|---|--:|--:|--:|--:|--:|")
NOTE = """# Decoding and encoding

Written by `make bench-codecs`; do not edit. {machine}; medians of {runs} runs, in turn with Pillow's own.
PNG stands at level 1 beside our fast and at level 6 beside our small one; JPEG, WebP and AVIF at quality 85.
Cut-outs are an oval of the photo. Ours keep alpha without loss, and JPEG and AVIF full resolution of colour;
beyond 2 million pixels WebP and AVIF try less hard, since they would take longer than all the rest together.
"""


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work done by this service and by Pillow; each gives the bytes that it made, or none."""

    name: str
    ours: Callable[[], bytes | None]
    pillows: Callable[[], bytes | None]


def cut_out(rgb: Bytes) -> Bytes:
    """An oval of the photo, with a soft rim, that covers two fifths of it."""
    height, width = rgb.shape[:2]
    down, across = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    inside = 1 - np.hypot(across / 0.68, down / 0.72)
    alpha = np.clip(inside * width / 8, 0, 1) * 255
    rgba = np.dstack([rgb, alpha.astype(np.uint8)])
    rgba[rgba[..., 3] == 0] = 0
    return rgba


def by_pillow(image: Image.Image, file_format: str, **options: object) -> bytes:
    """The file of an image by Pillow's encoder."""
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def opened(data: bytes, draft: int | None = None) -> None:
    """Decode as most programs do."""
    image = Image.open(io.BytesIO(data))
    if draft is not None:
        image.draft("RGB", (draft, draft))
    np.asarray(image.convert("RGB"))


def decoded(data: bytes, at_least: int | None = None) -> None:
    """Decode as the service does."""
    decode(data, LIMITS, at_least)


def encoded(canvas: Canvas, variant: Variant, threads: int = 2) -> bytes:
    """Encode as the service does."""
    return encode(canvas, variant, threads).body


def tasks(jpeg: bytes) -> Iterator[Task]:
    """Everything that is measured on one photo."""
    rgb = decode(jpeg, LIMITS).rgb
    rgba = cut_out(rgb)
    opaque, clear = Canvas(rgb, Box(0, 0, 1, 1)), Canvas(rgba, Box(0, 0, 1, 1))
    photo, subject = Image.fromarray(rgb), Image.fromarray(rgba)
    png = encoded(opaque, Variant())
    yield Task("decode JPEG", lambda: decoded(jpeg), lambda: opened(jpeg))
    yield Task(
        f"decode JPEG, {PREVIEW_SIDE} wanted",
        lambda: decoded(jpeg, PREVIEW_SIDE),
        lambda: opened(jpeg, PREVIEW_SIDE),
    )
    yield Task("decode PNG", lambda: decoded(png), lambda: opened(png))
    for threads in (1, 2):
        yield Task(
            f"encode PNG, {threads} thread{'s' * (threads > 1)}",
            partial(encoded, clear, Variant(), threads),
            lambda: by_pillow(subject, "PNG", compress_level=1),
        )
    yield Task(
        "encode PNG, small",
        lambda: encoded(clear, Variant(compression=Compression.SMALL)),
        lambda: by_pillow(subject, "PNG"),
    )
    yield Task(
        "encode JPEG",
        lambda: encoded(opaque, Variant(format=Format.JPG)),
        lambda: by_pillow(photo, "JPEG", quality=85),
    )
    yield Task(
        "encode WebP",
        lambda: encoded(clear, Variant(format=Format.WEBP)),
        lambda: by_pillow(subject, "WEBP", quality=85),
    )
    yield Task(
        "encode AVIF",
        lambda: encoded(clear, Variant(format=Format.AVIF)),
        lambda: by_pillow(subject, "AVIF", quality=85),
    )


def timed(task: Task, runs: int) -> str:
    """One line of the table: medians of as many runs, taken in turn."""
    spent: tuple[list[float], list[float]] = ([], [])
    sizes = [0, 0]
    for _ in range(runs):
        for at, work in enumerate((task.ours, task.pillows)):
            began = time.perf_counter()
            made = work()
            spent[at].append((time.perf_counter() - began) * 1000)
            sizes[at] = len(made or b"")
    ours, pillows = (median(times) for times in spent)
    megabytes = [f"{size / 1e6:.2f}" if size else "" for size in sizes]
    return f"| {task.name} | {ours:.0f} | {pillows:.0f} | {pillows / ours:.1f}x | {' | '.join(megabytes)} |"


def main() -> None:
    """Print the table as it grows, and keep it where it is read."""
    parser = argparse.ArgumentParser(prog="python -m bench.codecs", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each (5)")
    parser.add_argument("--pictures", nargs="+", choices=SIZES, default=list(SIZES), help="which sizes")
    parser.add_argument("--docs", type=Path, help="a folder that gets codecs.md")
    arguments = parser.parse_args()
    lines = [*HEAD]
    print("\n".join(lines))
    for photo in photos(OUT / "pictures"):
        for task in tasks(photo.jpeg) if photo.name in arguments.pictures else ():
            lines.append(f"| {photo.name} {timed(task, arguments.runs)}")
            print(lines[-1], flush=True)
    if arguments.docs:
        note = NOTE.format(machine=machine(), runs=arguments.runs)
        (arguments.docs / "codecs.md").write_text("\n".join([note, *lines, ""]))


if __name__ == "__main__":
    main()
