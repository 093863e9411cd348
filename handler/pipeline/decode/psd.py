"""Photoshop's format: the flattened picture that it holds beside its layers, and no layer."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from PIL import Image

from handler.domain.errors import UnreadableImageError, UnsupportedFormatError
from handler.domain.limits import Limits
from handler.pipeline.decode.exif import orientation_of
from handler.pipeline.decode.planes import BANDS, Planes, merged
from handler.pipeline.decode.source import Latent, Source, check_pixels

_HEADER_BYTES = 26
_LARGE = 2
_BITS = {1, 8, 16}
_PROFILE, _VERSION, _EXIF = 1039, 1057, 1058
_MAX_RESOURCES = 10_000
# Where samples are deep the layers are described further down, in a block of this name.
_DEEP_LAYERS = b"8BIMLr16"
_DEEP_LAYERS_WITHIN_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class _Header:
    version: int
    channels: int
    height: int
    width: int
    bits: int
    mode: int


def open_psd(data: bytes, limits: Limits) -> Source:
    """Open the flattened picture of a PSD or PSB."""
    header = _Header(*struct.unpack_from(">H6xHIIHH", data, 4))
    check_pixels((header.width, header.height), limits.max_pixels)
    if header.mode not in BANDS or header.bits not in _BITS:
        raise UnsupportedFormatError(
            f"A Photoshop file of colour mode {header.mode} with {header.bits} bits a sample is not taken"
        )
    palette, resources, layers, pixels = _sections(data, header)
    found = dict(_resources(resources))
    if found.get(_VERSION, b"\0\0\0\1\1")[4:5] == b"\0":
        raise UnsupportedFormatError("The Photoshop file holds layers alone; save it for compatibility")
    planes = Planes(
        mode=header.mode,
        size=(header.width, header.height),
        bits=header.bits,
        channels=header.channels,
        has_alpha=_has_alpha(layers, header),
        palette=bytes(palette),
        count_bytes=4 if header.version == _LARGE else 2,
        data=pixels,
    )
    return Source(
        image=Latent(planes.size, partial(_render, planes)),
        orientation=orientation_of(found.get(_EXIF, b"")),
        profile=found.get(_PROFILE),
    )


def _render(planes: Planes, _: int) -> Image.Image:
    return merged(planes)


def _sections(data: bytes, header: _Header) -> list[memoryview]:
    """The four parts behind the header: palette, resources, layers, and the flattened picture."""
    view, at, found = memoryview(data), _HEADER_BYTES, []
    for length in (">I", ">I", ">Q" if header.version == _LARGE else ">I"):
        (size,) = struct.unpack_from(length, data, at)
        at += struct.calcsize(length)
        found.append(view[at : at + size])
        at += size
    if at >= len(data):
        raise UnreadableImageError("The Photoshop file ends before its flattened picture")
    return [*found, view[at:]]


def _resources(block: memoryview) -> Iterator[tuple[int, bytes]]:
    """Number and content of each, up to the first that makes no sense."""
    at = 0
    for _ in range(_MAX_RESOURCES):
        if bytes(block[at : at + 4]) != b"8BIM" or at + 7 > len(block):
            return
        number = int.from_bytes(block[at + 4 : at + 6], "big")
        # The name's length counts itself, and everything here is padded to even.
        at += 6 + (block[at + 6] + 2) // 2 * 2
        size = int.from_bytes(block[at : at + 4], "big")
        yield number, bytes(block[at + 4 : at + 4 + size])
        at += 4 + (size + 1) // 2 * 2


def _has_alpha(layers: memoryview, header: _Header) -> bool:
    """Whether the first further channel is the picture's transparency; else it is a kept selection."""
    length_bytes = 8 if header.version == _LARGE else 4
    at = length_bytes
    if not any(layers[:length_bytes]):
        at = bytes(layers[:_DEEP_LAYERS_WITHIN_BYTES]).find(_DEEP_LAYERS)
        if at < 0:
            return False
        at += len(_DEEP_LAYERS) + length_bytes
    # A number of layers below zero says so.
    return int.from_bytes(layers[at : at + 2], "big", signed=True) < 0
