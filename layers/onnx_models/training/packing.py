"""
Decode every picture once into flat arrays, so that an epoch costs no decoding.

`python -m layers.onnx_models.training.packing --data DIR --work DIR`
"""

import argparse
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from layers.onnx_models.training.places import add_places, places_from
from layers.onnx_models.training.sources import label_of, split_of

SIDE_PX = 384
HASH_SIDE_PX = 8
SAME_PICTURE_MAX_BITS = 5
EMPTY_ALPHA_MAX = 8

Pixels: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True)
class Entry:
    """One packed picture: where its pixels end, and the largest box of it that holds no subject."""

    name: str
    split: str
    label: int
    height_px: int
    width_px: int
    empty_box: tuple[int, int, int, int] | None


def shrunk(image: Image.Image, side_px: int = SIDE_PX) -> Image.Image:
    """The picture with its longest side at most `side_px`."""
    scale = min(1.0, side_px / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image if size == image.size else image.resize(size, Image.Resampling.BOX)


def difference_hash(image: Image.Image) -> NDArray[np.bool_]:
    """64 bits that survive scaling and recompression."""
    grey = image.convert("L").resize((HASH_SIDE_PX + 1, HASH_SIDE_PX), Image.Resampling.BOX)
    pixels = np.asarray(grey, np.int16)
    return (pixels[:, 1:] > pixels[:, :-1]).ravel()


def largest_empty_box(alpha: Pixels) -> tuple[int, int, int, int] | None:
    """The largest of the four side strips (left, top, right, bottom) that the subject does not touch."""
    height, width = alpha.shape
    columns, rows = (
        np.flatnonzero((alpha > EMPTY_ALPHA_MAX).any(0)),
        np.flatnonzero((alpha > EMPTY_ALPHA_MAX).any(1)),
    )
    if not columns.size:
        return (0, 0, width, height)
    strips = (
        (0, 0, int(columns[0]), height),
        (int(columns[-1]) + 1, 0, width, height),
        (0, 0, width, int(rows[0])),
        (0, int(rows[-1]) + 1, width, height),
    )
    left, top, right, bottom = max(strips, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]))
    return (left, top, right, bottom) if min(right - left, bottom - top) >= SIDE_PX // 6 else None


def read_photos(folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """Every photo with its teacher's matte as an RGBA picture."""
    for archive_path in sorted(folder.glob("photos-*.zip")):
        with zipfile.ZipFile(archive_path) as archive:
            for name in sorted(entry[:-4] for entry in archive.namelist() if entry.endswith(".jpg")):
                # Apart from each other: scaling RGBA would blacken the colours wherever the matte is clear.
                photo = shrunk(Image.open(io.BytesIO(archive.read(f"{name}.jpg"))).convert("RGB"))
                photo.putalpha(shrunk(Image.open(io.BytesIO(archive.read(f"{name}.png"))).convert("L")))
                yield name, photo


def read_foregrounds(folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """Every cut-out of the foreground archive."""
    with zipfile.ZipFile(folder / "foregrounds.zip") as archive:
        for name in sorted(archive.namelist()):
            yield name.removesuffix(".png"), Image.open(io.BytesIO(archive.read(name))).convert("RGBA")


def flattened(image: Image.Image) -> Image.Image:
    """The subject alone on grey, cropped to its box: the same for an object wherever it was pasted."""
    box = image.getchannel("A").point(lambda value: 255 if value > EMPTY_ALPHA_MAX else 0).getbbox()
    cut = image.crop(box) if box else image
    return Image.alpha_composite(Image.new("RGBA", cut.size, (128, 128, 128, 255)), cut).convert("RGB")


def evaluation_hashes(folder: Path | None) -> list[NDArray[np.bool_]]:
    """Hashes of the evaluation pictures and of their foregrounds, which training must not hold."""
    if folder is None:
        return []
    photos = [difference_hash(Image.open(path)) for path in sorted(folder.glob("*/images/*"))]
    cuts = [
        difference_hash(flattened(Image.open(path).convert("RGBA")))
        for path in sorted(folder.glob("*/foregrounds/*"))
    ]
    return photos + cuts


def is_known(image: Image.Image, hashes: list[NDArray[np.bool_]]) -> bool:
    """Whether the picture, or its subject, is one of the evaluation's."""
    own = (difference_hash(image.convert("RGB")), difference_hash(flattened(image)))
    return any(int((known ^ mine).sum()) <= SAME_PICTURE_MAX_BITS for known in hashes for mine in own)


def pack(
    images: Iterable[tuple[str, Image.Image]], stem: Path, banned: list[NDArray[np.bool_]]
) -> tuple[int, int]:
    """Write `stem.bin` and `stem.json`; the counts kept and left out as known to the evaluation."""
    entries: list[Entry] = []
    left_out = 0
    with stem.with_suffix(".bin").open("wb") as pixels_file:
        for name, image in images:
            if is_known(image, banned):
                left_out += 1
                continue
            pixels = np.asarray(shrunk(image), np.uint8)
            height, width = pixels.shape[:2]
            canvas = np.zeros((SIDE_PX, SIDE_PX, 4), np.uint8)
            canvas[:height, :width] = pixels
            pixels_file.write(canvas.tobytes())
            box = largest_empty_box(pixels[..., 3])
            entries.append(Entry(name, split_of(name).value, label_of(name), height, width, box))
    stem.with_suffix(".json").write_text(json.dumps([asdict(entry) for entry in entries]), encoding="utf-8")
    return len(entries), left_out


@dataclass(frozen=True)
class Packed:
    """Packed pictures, read from disk as they are asked for."""

    entries: tuple[Entry, ...]
    pixels: Pixels

    def picture(self, index: int) -> Pixels:
        """The RGBA pixels of one picture, without its padding."""
        entry = self.entries[index]
        return self.pixels[index, : entry.height_px, : entry.width_px]

    def indices(self, split: str) -> list[int]:
        """The positions of one side of the split."""
        return [index for index, entry in enumerate(self.entries) if entry.split == split]


def load_packed(stem: Path) -> Packed:
    """The pictures that `pack` wrote."""
    rows = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    entries = tuple(
        Entry(**{**row, "empty_box": row["empty_box"] and tuple(row["empty_box"])}) for row in rows
    )
    shape = (len(entries), SIDE_PX, SIDE_PX, 4)
    return Packed(entries, np.memmap(stem.with_suffix(".bin"), np.uint8, "r", shape=shape))


def main() -> None:
    """Pack photos and foregrounds."""
    places = places_from(add_places(argparse.ArgumentParser(description=__doc__)).parse_args())
    banned = evaluation_hashes(places.evaluation)
    for stem, images in (
        (places.photos, read_photos(places.data)),
        (places.foregrounds, read_foregrounds(places.data)),
    ):
        kept, left_out = pack(images, stem, banned)
        print(f"{stem.name}: {kept} packed, {left_out} left out because the evaluation holds them")


if __name__ == "__main__":
    main()
