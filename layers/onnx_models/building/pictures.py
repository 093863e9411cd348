"""Pictures on which an install compares models: photos that a package brings, and shapes made here."""

from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from layers.onnx_models.building.rows import InputForm

# Bundled in scikit-image's wheel: astronaut is public domain (NASA), rocket public domain (SpaceX),
# chelsea and coffee are CC0 (Stefan van der Walt; Rachel Michetti).
_BUNDLED = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")
_MADE_WIDTH, _MADE_HEIGHT = 600, 400


def network_input(image: Image.Image, form: InputForm) -> NDArray[np.float32]:
    """The picture at the largest size that the network is fed: 1 x 3 x height x width."""
    sized = image.convert("RGB").resize((form.width, form.height), Image.Resampling.BILINEAR)
    pixels = np.asarray(sized, dtype=np.float32) / 255
    scaled = (pixels - np.array(form.mean)) / np.array(form.std)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[np.newaxis], dtype=np.float32)


def photos_in(folder: Path) -> list[Path]:
    """The folder's JPEG and PNG files in the order of their names."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png"})


def judging_pictures() -> list[Image.Image]:
    """Four bundled photos and two made pictures: a pale disc, and nothing but a gradient."""
    folder = files("skimage.data")
    photos = []
    for name in _BUNDLED:
        with folder.joinpath(name).open("rb") as file:
            photos.append(Image.open(file).convert("RGB"))
    return [*photos, _pale_disc(), _gradient()]


def _pale_disc() -> Image.Image:
    rows, columns = np.mgrid[:_MADE_HEIGHT, :_MADE_WIDTH]
    inside = (rows - _MADE_HEIGHT / 2) ** 2 + (columns - _MADE_WIDTH / 2) ** 2 < (_MADE_HEIGHT / 4) ** 2
    pixels = np.full((_MADE_HEIGHT, _MADE_WIDTH, 3), 200, dtype=np.uint8)
    pixels[inside] = (190, 200, 200)
    return Image.fromarray(pixels)


def _gradient() -> Image.Image:
    pixels = np.empty((_MADE_HEIGHT, _MADE_WIDTH, 3), dtype=np.uint8)
    pixels[:] = np.linspace(0, 255, _MADE_WIDTH).astype(np.uint8)[:, np.newaxis]
    return Image.fromarray(pixels)
