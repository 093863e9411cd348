"""The bench's photos: one bundled picture at three sizes, with detail down to the single pixel."""

import importlib.util
import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

SIZES = {"1MP": (1224, 816), "12MP": (4242, 2828), "24MP": (6000, 4000)}
JPEG_QUALITY = 90
GRAIN = 3.0
TEXTURE = 1.0
START_OF_IMAGE = b"\xff\xd8"


@dataclass(frozen=True, slots=True)
class Photo:
    """A JPEG under the name that the tables call it by."""

    name: str
    jpeg: bytes = field(repr=False)

    def edition(self, number: int) -> bytes:
        """
        The same pixels in bytes that were never sent before.

        A service may keep the matte of bytes it has seen, and then a second run would time a look-up.
        """
        comment = f"edition {number}".encode()
        segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
        return START_OF_IMAGE + segment + self.jpeg[len(START_OF_IMAGE) :]


def bundled(name: str) -> Image.Image:
    """A photo that comes with scikit-image, found without importing it."""
    package = importlib.util.find_spec("skimage")
    if package is None or package.origin is None:
        raise FileNotFoundError("scikit-image, whose bundled photos the bench measures on, is not installed")
    return Image.open(Path(package.origin).parent / "data" / name).convert("RGB")


def _texture(photo: Image.Image, width: int, height: int) -> NDArray[np.float32]:
    """Sensor grain everywhere, and the fine structure of grass where the photo is busy."""
    grass = bundled("grass.png").convert("L")
    fine = np.asarray(grass, np.float32) - _blurred(grass, 2)
    rows, columns = -(-height // fine.shape[0]), -(-width // fine.shape[1])
    tiled = np.tile(fine / fine.std(), (rows, columns))[:height, :width]
    grey = photo.convert("L")
    busy = Image.fromarray(np.abs(np.asarray(grey, np.float32) - _blurred(grey, 2)))
    busy = busy.resize((width // 8, height // 8), Image.Resampling.BILINEAR)
    weight = np.asarray(busy.resize((width, height), Image.Resampling.BILINEAR))
    grain = np.random.default_rng(seed=0).standard_normal((height, width), np.float32)
    texture: NDArray[np.float32] = TEXTURE * tiled * weight + np.float32(GRAIN) * grain
    return texture


def _blurred(grey: Image.Image, radius: int) -> NDArray[np.float32]:
    """A grey picture's coarse structure."""
    return np.asarray(grey.filter(ImageFilter.GaussianBlur(radius)), np.float32)


def enlarged(photo: Image.Image, width: int, height: int) -> Image.Image:
    """
    The photo at a size, given back the fine detail that enlarging cannot make.

    Without it a 24-megapixel picture would be smooth, and codecs would look faster than they are.
    """
    pixels = np.array(photo.resize((width, height), Image.Resampling.LANCZOS))
    texture = _texture(photo, width, height)
    for channel in range(3):
        detailed = pixels[..., channel] + texture
        pixels[..., channel] = np.clip(np.rint(detailed), 0, 255).astype(np.uint8)
    return Image.fromarray(pixels)


def photos(folder: Path, source: Path | None = None) -> list[Photo]:
    """The three photos, smallest first, made once and kept in a folder; a source of one's own is not kept."""
    made: list[Photo] = []
    base = Image.open(source).convert("RGB") if source else None
    for name, (width, height) in SIZES.items():
        kept = folder / f"coffee-{width}x{height}.jpg"
        if base is None and kept.exists():
            made.append(Photo(name, kept.read_bytes()))
            continue
        stream = io.BytesIO()
        picture = enlarged(base or bundled("coffee.png"), width, height)
        picture.save(stream, "JPEG", quality=JPEG_QUALITY, subsampling="4:2:0")
        if base is None:
            folder.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(stream.getvalue())
        made.append(Photo(name, stream.getvalue()))
    return made
