"""Pixels of which each channel lies apart, in rows that may be packed."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops

from handler.domain.errors import UnreadableImageError

# By Photoshop's number for how colours are stored. A duotone's only plate is grey.
BANDS = {0: "1", 1: "L", 2: "P", 3: "RGB", 4: "CMYK", 8: "L", 9: "LAB"}
_WITH_ALPHA = {"L": "LA", "RGB": "RGBA"}
_DEEP_BITS = 16
_PLAIN, _PACKED = 0, 1
_COLOURS = 256
# Rows that are freed from white at a time.
_STRIP_ROWS = 256


@dataclass(frozen=True, slots=True)
class Planes:
    """
    A flattened picture as Photoshop stores it.

    Attributes:
        has_alpha: whether the channel behind those of the colours is transparency.
        count_bytes: of the number that tells a packed row's length.
        data: how it is packed, then channel after channel.
    """

    mode: int
    size: tuple[int, int]
    bits: int
    channels: int
    has_alpha: bool
    palette: bytes
    count_bytes: int
    data: memoryview

    @property
    def row_bytes(self) -> int:
        """Of one channel's row, unpacked."""
        return (self.size[0] * self.bits + 7) // 8


def merged(planes: Planes) -> Image.Image:
    """The picture of 8 bits; of deep samples the upper half is kept, as of every format's."""
    mode = BANDS[planes.mode]
    bands = len(Image.new(mode, (1, 1)).getbands())
    if planes.has_alpha and planes.channels > bands and mode in _WITH_ALPHA:
        mode, bands = _WITH_ALPHA[mode], bands + 1
    if planes.channels < bands:
        raise UnreadableImageError("The Photoshop file has fewer channels than its colours need")
    channels = [_channel(planes, rows) for rows in _unpacked(planes, bands)]
    if mode == "P":
        colours = np.frombuffer(planes.palette, np.uint8, 3 * _COLOURS).reshape(3, _COLOURS)
        channels[0].putpalette(colours.T.tobytes())
    if bands == 1:
        return channels[0]
    image = Image.merge(mode, channels)
    return _without_white(image) if mode in _WITH_ALPHA.values() else image


def _unpacked(planes: Planes, bands: int) -> Iterator[Image.Image]:
    """The bytes of each channel, a row of them as a row of an image."""
    size = planes.row_bytes, planes.size[1]
    packing = int.from_bytes(planes.data[:2], "big")
    body = planes.data[2:]
    if packing == _PLAIN:
        channel_bytes = size[0] * size[1]
        for start in range(0, bands * channel_bytes, channel_bytes):
            yield Image.frombytes("L", size, bytes(body[start : start + channel_bytes]))
    elif packing == _PACKED:
        rows = planes.channels * size[1]
        counts = np.frombuffer(body, f">u{planes.count_bytes}", rows).reshape(planes.channels, size[1])
        start = rows * planes.count_bytes
        for packed_bytes in counts[:bands].sum(axis=1, dtype=np.int64).tolist():
            packed = bytes(body[start : start + packed_bytes])
            yield Image.frombytes("L", size, packed, "packbits", "L")
            start += packed_bytes
    else:
        raise UnreadableImageError("The Photoshop file's picture is packed in an unknown way")


def _channel(planes: Planes, rows: Image.Image) -> Image.Image:
    if planes.bits == 1:
        # Ink is 1 here and 0 in the library.
        return Image.frombytes("1", planes.size, rows.tobytes(), "raw", "1;I")
    channel = rows
    if planes.bits == _DEEP_BITS:
        channel = Image.fromarray(np.ascontiguousarray(np.asarray(rows)[:, ::2]))
    # Here 255 is no ink.
    return ImageChops.invert(channel) if BANDS[planes.mode] == "CMYK" else channel


def _without_white(image: Image.Image) -> Image.Image:
    """The straight colours of a picture that was flattened on white, as Photoshop does it."""
    pixels = np.array(image)
    for top in range(0, image.height, _STRIP_ROWS):
        strip = pixels[top : top + _STRIP_ROWS]
        alpha = strip[..., -1:].astype(np.float32)
        inked = 255 - (255 - strip[..., :-1]) * (255 / np.maximum(alpha, 1))
        strip[..., :-1] = np.clip(np.rint(inked), 0, 255).astype(np.uint8)
    return Image.fromarray(pixels)
