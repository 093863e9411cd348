"""OpenEXR: the header is read here, so that nothing too large is unpacked by the library."""

import struct
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from handler.domain.errors import ResolutionTooHighError, UnreadableImageError, UnsupportedFormatError
from handler.domain.image import Bytes
from handler.domain.limits import Limits
from handler.pipeline.decode.source import Latent, Source, check_pixels
from handler.pipeline.decode.tone import screen_for

_MAX_ATTRIBUTES = 1_000
_DEEP, _SEVERAL_PARTS = 0x800, 0x1000
_SAMPLE_BYTES = {0: 4, 1: 2, 2: 4}
# Four channels of floats at the most pixels that are taken; files with more channels may have fewer pixels.
_MAX_PIXEL_BYTES = 16
_PROBE_PIXELS = 100_000
_STRIP_ROWS = 64


@dataclass(frozen=True, slots=True)
class _Channel:
    """
    One channel's samples.

    Attributes:
        is_light: whether they are floats, one for each pixel.
    """

    sample_bytes: int
    is_light: bool


def open_exr(data: bytes, limits: Limits) -> Source:
    """Open colour or grey with or without alpha; of several layers the first."""
    (flags,) = struct.unpack_from("<I", data, 4)
    if flags & (_DEEP | _SEVERAL_PARTS):
        raise UnsupportedFormatError("An EXR file of several parts or of deep samples is not taken")
    attributes = _attributes(data)
    left, top, right, bottom = struct.unpack("<4i", attributes["dataWindow"])
    size = right - left + 1, bottom - top + 1
    check_pixels(size, limits.max_pixels)
    channels = _channels(attributes["channels"])
    unpacked_bytes = size[0] * size[1] * sum(channel.sample_bytes for channel in channels.values())
    if unpacked_bytes > limits.max_pixels * _MAX_PIXEL_BYTES:
        raise ResolutionTooHighError(f"The EXR file's channels hold {unpacked_bytes} bytes")
    names = _shown([name for name, channel in channels.items() if channel.is_light])
    return Source(Latent(size, partial(_render, data, names)))


def _attributes(data: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    at = 8
    for _ in range(_MAX_ATTRIBUTES):
        name, at = _text(data, at)
        if not name:
            return found
        _, at = _text(data, at)
        (size,) = struct.unpack_from("<I", data, at)
        found[name] = data[at + 4 : at + 4 + size]
        at += 4 + size
    raise UnreadableImageError(f"The EXR file has more than {_MAX_ATTRIBUTES} attributes")


def _channels(block: bytes) -> dict[str, _Channel]:
    found: dict[str, _Channel] = {}
    at = 0
    while True:
        name, at = _text(block, at)
        if not name:
            return found
        kind, across, down = struct.unpack_from("<i4xii", block, at)
        found[name] = _Channel(_SAMPLE_BYTES[kind], kind > 0 and across == down == 1)
        at += struct.calcsize("<i4xii")


def _text(data: bytes, at: int) -> tuple[str, int]:
    end = data.index(b"\0", at)
    return data[at:end].decode("utf-8", "replace"), end + 1


def _shown(names: list[str]) -> list[str]:
    """The channels of one layer that make a picture: three colours or grey, and alpha where there is one."""
    layers = sorted({name.rpartition(".")[0] for name in names})
    for layer in layers:
        prefix = f"{layer}." if layer else ""
        alpha = [prefix + "A"] if prefix + "A" in names else []
        for colours in ("RGB", "Y"):
            wanted = [prefix + colour for colour in colours]
            if set(wanted) <= set(names):
                return [*wanted, *alpha]
    raise UnsupportedFormatError("The EXR file has neither the channels R, G and B nor Y")


def _render(data: bytes, names: list[str], _: int) -> Image.Image:
    # The library is imported only when such a file arrives.
    file = import_module("OpenEXR").File(BytesIO(data), separate_channels=True)
    channels: list[NDArray[Any]] = [file.channels()[name].pixels for name in names]
    if len({channel.shape for channel in channels}) > 1:
        raise UnreadableImageError("The EXR file's channels differ in size")
    alpha = channels.pop() if len(channels) in {2, 4} else None
    every = max(1, round((channels[0].size / _PROBE_PIXELS) ** 0.5))
    probe = np.stack([channel[::every, ::every].ravel() for channel in channels], axis=-1)
    screen = screen_for(np.broadcast_to(probe, (len(probe), 3)))
    height, width = channels[0].shape
    shown = np.empty((height, width, len(names)), np.uint8)
    for top in range(0, height, _STRIP_ROWS):
        rows = slice(top, top + _STRIP_ROWS)
        colour = np.stack([channel[rows] for channel in channels], axis=-1).astype(np.float32)
        if alpha is not None:
            opacity = np.clip(np.nan_to_num(alpha[rows].astype(np.float32)), 0, 1)
            # Colour comes multiplied by alpha.
            colour /= np.where(opacity > 0, opacity, 1)[..., None]
            shown[rows, :, -1] = np.rint(opacity * 255)
        shown[rows, :, : len(channels)] = screen.show(colour)
    return _as_image(shown)


def _as_image(pixels: Bytes) -> Image.Image:
    return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
