"""Pictures made in code, for every test that needs one; the same call gives the same bytes."""

import struct
import zlib
from collections.abc import Callable, Iterable
from io import BytesIO

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

from handler.domain.image import Bytes
from tests.colours import linear
from tests.rare_images import exr_file, hdr_file, psd_file, raw_file

PNG_GREY, PNG_RGB, PNG_PALETTE, PNG_GREY_ALPHA, PNG_RGBA = 0, 2, 3, 4, 6
FORMATS = (
    *("jpeg", "png", "webp", "bmp", "tiff", "gif", "avif", "heic"),
    *("raw", "psd", "exr", "hdr", "tga", "sgi"),
)


_RARE: dict[str, Callable[[Bytes], bytes]] = {
    "raw": raw_file,
    "psd": lambda rgb: psd_file(rgb.transpose(2, 0, 1)),
    "exr": lambda rgb: exr_file({"RGB": linear(rgb).astype(np.float32)}),
    "hdr": lambda rgb: hdr_file(linear(rgb)),
}


def gradient(width: int = 48, height: int = 32) -> Bytes:
    """Red grows to the right, green downwards, blue along the diagonal: no two corners are alike."""
    down, across = np.mgrid[0:height, 0:width]
    red, green = across * 255 // max(1, width - 1), down * 255 // max(1, height - 1)
    return np.dstack([red, green, (red + green) // 2]).astype(np.uint8)


def noise(width: int, height: int, channels: int, seed: int = 0) -> Bytes:
    """Pixels that no filter predicts; height x width where there is one channel."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)
    return pixels[..., 0] if channels == 1 else pixels


def photo(width: int, height: int, seed: int = 0) -> Bytes:
    """A gradient with a disc and a little noise, which codecs treat much like a photo."""
    down, across = np.mgrid[0:height, 0:width]
    disc = np.hypot(across - width / 2, down - height / 2) < min(width, height) / 3
    base = np.where(disc[..., None], (180, 60, 40), gradient(width, height) // 2)
    grain = np.random.default_rng(seed).normal(0, 3, (height, width, 1))
    return np.clip(base + grain, 0, 255).astype(np.uint8)


def with_alpha(rgb: Bytes) -> Bytes:
    """The picture as RGBA, opaque to the left, clear to the right, fading between."""
    height, width = rgb.shape[:2]
    ramp = np.clip(np.linspace(510, -255, width), 0, 255).astype(np.uint8)
    return np.dstack([rgb, np.broadcast_to(ramp, (height, width))])


def encoded(pixels: Bytes, source_format: str = "png", **options: object) -> bytes:
    """The file of one picture; options are those of Pillow's encoder, where it has one."""
    if source_format in _RARE:
        return _RARE[source_format](pixels)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return saved(image, source_format, **options)


def saved(image: Image.Image, source_format: str, **options: object) -> bytes:
    """The file of a Pillow image, of whatever mode."""
    file = BytesIO()
    if source_format == "heic":
        pillow_heif.from_pillow(image).save(file, **options)
    else:
        image.save(file, source_format.upper(), **options)
    return file.getvalue()


def exif(orientation: int) -> bytes:
    """An EXIF block with nothing but an orientation."""
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)


def turned(source_format: str, orientation: int, width: int = 48, height: int = 32) -> bytes:
    """A gradient stored so that it is upright only after EXIF's turn."""
    upright = Image.fromarray(gradient(width, height))
    undone = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undone[orientation]) if orientation in undone else upright
    if source_format == "tiff":
        return saved(stored, "tiff", tiffinfo={0x0112: orientation})
    exact: dict[str, dict[str, object]] = {
        "jpeg": {"quality": 95, "subsampling": 0},
        "webp": {"lossless": True},
    }
    options = exact.get(source_format, {})
    return saved(stored, source_format, exif=exif(orientation), **options)


def animated(source_format: str, frames: int = 3, **options: object) -> bytes:
    """A red frame and then others, 24 x 16."""
    first, *others = (Image.new("RGB", (24, 16), (255 - 20 * n, 11 * n, 0)) for n in range(frames))
    return saved(first, source_format, save_all=True, append_images=others, **options)


def png_header(width: int, height: int, depth: int, colour_type: int, interlace: int = 0) -> bytes:
    """The first chunk of a PNG."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, interlace))


def png_file(header: bytes, rows: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """A PNG written by hand, for what Pillow does not write; with chunks around the image data."""
    image_data = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + header + before + image_data + after + chunk(b"IEND", b"")


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def deep_png(samples: NDArray[np.uint16], colour_type: int, before: bytes = b"") -> bytes:
    """A PNG of 16 bits a sample."""
    height, width = samples.shape[:2]
    rows = samples.astype(">u2").reshape(height, -1).view(np.uint8)
    unfiltered = np.hstack([np.zeros((height, 1), np.uint8), rows])
    return png_file(png_header(width, height, 16, colour_type), unfiltered.tobytes(), before)


def deep_gradient(width: int = 48, height: int = 32) -> NDArray[np.uint16]:
    """A gradient that uses all 65,536 levels' range."""
    return gradient(width, height).astype(np.uint16) * 257


def truncations(data: bytes, count: int = 24) -> Iterable[bytes]:
    """The file cut off at places spread over its whole length."""
    return (data[: len(data) * part // count] for part in range(1, count))


def flipped(data: bytes, seed: int, bits: int = 8, skip: int = 0) -> bytes:
    """The file with some bits wrong, none of them in its first `skip` bytes."""
    damaged = bytearray(data)
    rng = np.random.default_rng(seed)
    for at, bit in zip(rng.integers(skip, len(data), bits), rng.integers(0, 8, bits), strict=True):
        damaged[at] ^= 1 << int(bit)
    return bytes(damaged)
