"""Colour profiles made in code: matrix profiles for RGB, a curve for grey, a table for CMYK."""

import struct

import numpy as np

from handler.domain.image import Floats

# Columns of XYZ under the profile connection space's own white.
_P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
_ADOBE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
_WHITE = (0.9642, 1.0, 0.8249)
_INKS = ((0.02, 0.35, 0.75), (0.65, 0.03, 0.2), (0.85, 0.75, 0.05), (0.02, 0.02, 0.02))


def display_p3() -> bytes:
    """Wider than sRGB towards red and green."""
    return _rgb_profile(_P3, gamma=2.2)


def adobe_rgb() -> bytes:
    """Wider than sRGB towards green and cyan."""
    return _rgb_profile(_ADOBE, gamma=2.2)


def grey(gamma: float = 1.0) -> bytes:
    """A single curve."""
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"wtpt": _xyz(_WHITE), b"kTRC": _curve(gamma)})


def endless(steps: int = 3) -> bytes:
    """A chain of elements, each the identity, all in the same few bytes of the file."""
    identity = struct.pack(">12f", *(n % 4 == 0 for n in range(9)), 0, 0, 0)
    element = b"matf" + bytes(4) + struct.pack(">HH", 3, 3) + identity
    places = struct.pack(">II", 16 + 8 * steps, len(element)) * steps
    chain = b"mpet" + bytes(4) + struct.pack(">HHI", 3, 3, steps) + places + element
    return _profile(b"mntr", b"RGB ", b"XYZ ", {b"wtpt": _xyz(_WHITE), b"D2B0": chain}, version=4)


def one_way() -> bytes:
    """Of a scanner: a table from its RGB, and none back."""
    corners = np.array([[n >> 2 & 1, n >> 1 & 1, n & 1] for n in range(8)])
    return _profile(
        b"scnr", b"RGB ", b"Lab ", {b"wtpt": _xyz(_WHITE), b"A2B0": _table(corners @ np.array(_P3))}
    )


def cmyk() -> bytes:
    """Four inks that darken by multiplying, as a table of the sixteen corners."""
    corners = np.array([[n >> 3 & 1, n >> 2 & 1, n >> 1 & 1, n & 1] for n in range(16)])
    light = np.prod(np.where(corners[..., None] == 1, np.array(_INKS), 1.0), axis=1)
    xyz = light @ np.array(_P3) * np.array(_WHITE) / np.array(_P3).sum(axis=0)
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"wtpt": _xyz(_WHITE), b"A2B0": _table(xyz)})


def _table(xyz: Floats) -> bytes:
    """What the corners of a space of so many channels look like."""
    lab, channels = _lab(xyz), len(xyz).bit_length() - 1
    entries: bytes = np.clip(lab * (2.55, 1, 1) + (0, 128, 128), 0, 255).round().astype(np.uint8).tobytes()
    straight = bytes(range(256))
    matrix = struct.pack(">9i", *(65536 * (n % 4 == 0) for n in range(9)))
    head = b"mft1" + bytes(4) + bytes([channels, 3, 2, 0]) + matrix
    return head + straight * channels + entries + straight * 3


def _lab(xyz: Floats) -> Floats:
    root = np.cbrt(xyz / np.array(_WHITE))
    lab: Floats = np.stack(
        [116 * root[..., 1] - 16, 500 * (root[..., 0] - root[..., 1]), 200 * (root[..., 1] - root[..., 2])],
        -1,
    )
    return lab


def _rgb_profile(columns: tuple[tuple[float, ...], ...], gamma: float) -> bytes:
    tags = {b"wtpt": _xyz(_WHITE)}
    for name, column in zip((b"r", b"g", b"b"), columns, strict=True):
        tags[name + b"XYZ"] = _xyz(column)
        tags[name + b"TRC"] = _curve(gamma)
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags)


def _xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def _curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)


def _profile(
    kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes], version: int = 2
) -> bytes:
    named = {b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"made\0" + bytes(79), **tags}
    start = 132 + 12 * len(named)
    table, body = struct.pack(">I", len(named)), b""
    for name, value in named.items():
        table += name + struct.pack(">II", start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = struct.pack(">I4sI", start + len(body), b"made", version << 24) + kind + space + connection
    head += bytes(12) + b"acsp"
    illuminant = struct.pack(">3i", *(round(value * 65536) for value in _WHITE))
    return (head.ljust(68, b"\0") + illuminant).ljust(128, b"\0") + table + body
