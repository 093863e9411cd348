"""Pictures with known answers, as folders hold them: SLICE/images, SLICE/masks and SLICE/foregrounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Bytes = NDArray[np.uint8]
# How the slices are called that this bench makes itself; they count apart.
OWN = "own_"
SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})


class DatasetError(ValueError):
    """A folder does not have the form that is measured."""


@dataclass(frozen=True, slots=True)
class Case:
    """One picture and its truth; `foreground` is None where the true colour is not known."""

    slice: str
    name: str
    image: Path
    mask: Path
    foreground: Path | None

    @property
    def result_name(self) -> str:
        """A file name that no other case has."""
        return f"{self.slice}__{self.name}.png"

    def truth(self) -> Bytes:
        """The true alpha."""
        return np.asarray(Image.open(self.mask).convert("L"))

    def colour(self) -> Bytes:
        """The true colour of the subject, or the picture's own where that is the best known."""
        return np.asarray(Image.open(self.foreground or self.image).convert("RGB"))


def cases(data: Path) -> list[Case]:
    """Every picture of every slice, in the order of their names."""
    found = [case for folder in sorted(data.iterdir()) if folder.is_dir() for case in _slice(folder)]
    if not found:
        raise DatasetError(f"no SLICE/images/NAME.png or .jpg under {data}")
    return found


def _slice(folder: Path) -> Iterator[Case]:
    for image in sorted((folder / "images").glob("*")):
        if image.suffix.lower() not in SUFFIXES:
            continue
        mask = folder / "masks" / f"{image.stem}.png"
        if not mask.exists():
            raise DatasetError(f"{image} has no {mask}")
        foreground = folder / "foregrounds" / mask.name
        yield Case(folder.name, image.stem, image, mask, foreground if foreground.exists() else None)
