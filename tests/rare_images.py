"""Files of the formats that no library here writes, or that are written by hand to be odd."""

import struct
from collections.abc import Mapping, Sequence
from io import BytesIO

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from handler.domain.image import Bytes
from tests.colours import linear

_UNIT_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 10: 8}
_SHORT, _LONG, _BYTE, _ASCII, _RATIONAL, _SIGNED_RATIONAL = 3, 4, 1, 2, 5, 10
# From XYZ to a camera that sees as sRGB does.
_AS_SRGB = (3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.2040, 1.0570)
RADIANCE = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n"


def psd_file(
    planes: NDArray[np.generic],
    mode: int = 3,
    sections: tuple[bytes, bytes, bytes] = (b"", b"", b""),
    *,
    version: int = 1,
    packed: bool = True,
) -> bytes:
    """A Photoshop file of planes (channels x height x width); sections are palette, resources and layers."""
    channels, height, width = planes.shape
    bits = 8 * planes.dtype.itemsize
    rows = planes.astype(planes.dtype.newbyteorder(">")).reshape(channels * height, -1).view(np.uint8)
    header = b"8BPS" + struct.pack(">H6xHIIHH", version, channels, height, width, bits, mode)
    lengths = (">I", ">I", ">Q" if version == 2 else ">I")
    parts = zip(lengths, sections, strict=True)
    head = header + b"".join(struct.pack(length, len(part)) + part for length, part in parts)
    if not packed:
        return head + b"\0\0" + rows.tobytes()
    lines = [pack_bits(row.tobytes()) for row in rows]
    counts = np.array([len(line) for line in lines], ">u4" if version == 2 else ">u2")
    return head + b"\0\1" + counts.tobytes() + b"".join(lines)


def pack_bits(row: bytes) -> bytes:
    """Runs where a byte is repeated, else the bytes themselves."""
    packed, at = bytearray(), 0
    while at < len(row):
        run = 1
        while at + run < len(row) and run < 128 and row[at + run] == row[at]:
            run += 1
        packed += bytes([257 - run, row[at]]) if run > 1 else bytes([0, row[at]])
        at += run
    return bytes(packed)


def resource(number: int, content: bytes) -> bytes:
    """One of a Photoshop file's resources, without a name."""
    return b"8BIM" + struct.pack(">HHI", number, 0, len(content)) + content + bytes(len(content) % 2)


def layer_count(count: int, version: int = 1) -> bytes:
    """As much of a layer section as tells how many there are; below zero where they are transparent."""
    return struct.pack(">Qh" if version == 2 else ">Ih", 2, count)


def rgbe(light: NDArray[np.floating]) -> Bytes:
    """Three mantissas and their exponent for each pixel."""
    fractions, exponents = np.frexp(light.max(axis=-1))
    scale = np.where(light.max(axis=-1) > 1e-32, fractions * 256 / light.max(axis=-1).clip(1e-32), 0)
    mantissas = (light * scale[..., None]).clip(0, 255)
    shared = np.where(scale > 0, exponents + 128, 0)
    return np.dstack([mantissas, shared]).astype(np.uint8)


def hdr_file(light: NDArray[np.floating], order: str = "-Y {} +X {}", *, packed: bool = True) -> bytes:
    """A Radiance picture whose rows are stored as they come."""
    height, width = light.shape[:2]
    pixels = rgbe(light)
    head = RADIANCE + order.format(height, width).encode() + b"\n"
    if not packed or width < 8:
        return head + pixels.tobytes()
    rows = []
    for row in pixels:
        rows.append(bytes([2, 2, *width.to_bytes(2, "big")]))
        for channel in row.T:
            rows += [packed_channel(channel.tobytes())]
    return head + b"".join(rows)


def packed_channel(channel: bytes) -> bytes:
    """Runs of at least four bytes, else the bytes themselves."""
    packed, at = bytearray(), 0
    while at < len(channel):
        run = 1
        while at + run < len(channel) and run < 127 and channel[at + run] == channel[at]:
            run += 1
        if run >= 4:
            packed += bytes([128 + run, channel[at]])
        else:
            run = min(3, len(channel) - at)
            packed += bytes([run]) + channel[at : at + run]
        at += run
    return bytes(packed)


def exr_file(channels: Mapping[str, NDArray[np.generic]], **header: object) -> bytes:
    """An EXR of these channels by the library itself."""
    file = BytesIO()
    settings = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, **header}
    OpenEXR.File(settings, {name: pixels.copy() for name, pixels in channels.items()}).write(file)
    return file.getvalue()


def raw_file(rgb: Bytes, orientation: int = 1, further: Sequence[tuple[int, int, bytes]] = ()) -> bytes:
    """A digital negative: what a sensor under red, green and blue filters sees of a picture."""
    light = (linear(rgb) * 65_535).astype("<u2")
    sensor = light[..., 1].copy()
    sensor[::2, ::2], sensor[1::2, 1::2] = light[::2, ::2, 0], light[1::2, 1::2, 2]
    height, width = sensor.shape
    tags = [
        *((254, _LONG, _longs(0)), (256, _LONG, _longs(width)), (257, _LONG, _longs(height))),
        *((258, _SHORT, _shorts(16)), (259, _SHORT, _shorts(1)), (262, _SHORT, _shorts(32_803))),
        *((271, _ASCII, b"Maker\0"), (272, _ASCII, b"Camera\0"), (273, _LONG, b"here")),
        *((274, _SHORT, _shorts(orientation)), (277, _SHORT, _shorts(1)), (278, _LONG, _longs(height))),
        *((279, _LONG, _longs(sensor.nbytes)), (284, _SHORT, _shorts(1)), (33_421, _SHORT, _shorts(2, 2))),
        *((33_422, _BYTE, bytes([0, 1, 1, 2])), (50_706, _BYTE, bytes([1, 4, 0, 0]))),
        *(
            (50_708, _ASCII, b"Maker Camera\0"),
            (50_714, _SHORT, _shorts(0)),
            (50_717, _SHORT, _shorts(65_535)),
        ),
        *((50_721, _SIGNED_RATIONAL, _ratios(*_AS_SRGB)), (50_728, _RATIONAL, _ratios(1, 1, 1))),
        *((50_778, _SHORT, _shorts(21)), *further),
    ]
    return _tiff(sorted(tags), sensor.tobytes())


def deep_tiff(samples: NDArray[np.uint16]) -> bytes:
    """Plain colour of 16 bits, of light where it has three channels and of inks where it has four."""
    height, width, channels = samples.shape
    pixels = samples.astype("<u2").tobytes()
    tags = [
        *(
            (256, _LONG, _longs(width)),
            (257, _LONG, _longs(height)),
            (258, _SHORT, _shorts(*[16] * channels)),
        ),
        *(
            (259, _SHORT, _shorts(1)),
            (262, _SHORT, _shorts(5 if channels == 4 else 2)),
            (273, _LONG, b"here"),
        ),
        *((277, _SHORT, _shorts(channels)), (278, _LONG, _longs(height)), (279, _LONG, _longs(len(pixels)))),
    ]
    return _tiff(tags, pixels)


def _tiff(tags: list[tuple[int, int, bytes]], pixels: bytes) -> bytes:
    start = 8 + 2 + 12 * len(tags) + 4
    far = [value for _, _, value in tags if len(value) > 4]
    pixels_at = start + sum(len(value) + len(value) % 2 for value in far)
    entries, body = [], b""
    for number, kind, value in tags:
        stored = _longs(pixels_at) if value == b"here" else value
        count = len(stored) // _UNIT_BYTES[kind]
        if len(stored) > 4:
            at, body = start + len(body), body + stored + bytes(len(stored) % 2)
            stored = _longs(at)
        entries.append(struct.pack("<HHI", number, kind, count) + stored.ljust(4, b"\0"))
    head = b"II*\0" + _longs(8) + _shorts(len(tags))
    return head + b"".join(entries) + _longs(0) + body + pixels


def _shorts(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}H", *numbers)


def _longs(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _ratios(*numbers: float) -> bytes:
    return b"".join(struct.pack("<ii", round(number * 10_000), 10_000) for number in numbers)
