"""Directories of TIFF, the plain and the 64-bit one, read without trusting any number in them."""

import struct
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from handler.domain.errors import UnreadableImageError

ByteOrder = Literal["<", ">"]

_UNIT_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8}
_WHOLE_NUMBERS = {1: "u1", 3: "u2", 4: "u4", 16: "u8"}
_MAX_TAGS = 4_096
_MAX_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Layout:
    """The struct formats of a directory's parts, and where the file points to its first one."""

    order: ByteOrder
    count: str
    entry: str
    offset: str
    pointer_at: int


@dataclass(frozen=True, slots=True)
class Tag:
    """
    One entry of a directory.

    Attributes:
        raw: the entry's own bytes.
        value: what it holds or points to; shorter than it should be where the file is cut off.
    """

    number: int
    kind: int
    count: int
    raw: bytes
    value: memoryview
    order: ByteOrder

    def numbers(self) -> NDArray[np.unsignedinteger]:
        """The value as whole numbers; none where it holds something else."""
        kind = np.dtype(_WHOLE_NUMBERS.get(self.kind, "u1")).newbyteorder(self.order)
        whole = len(self.value) // kind.itemsize if self.kind in _WHOLE_NUMBERS else 0
        return np.frombuffer(self.value, kind, whole)


def layout_of(data: bytes) -> Layout:
    """Which of the two kinds, and in which byte order."""
    order: ByteOrder = "<" if data.startswith(b"II") else ">"
    if 43 in data[2:4]:
        if order == ">":
            raise UnreadableImageError("A BigTIFF is read only in little-endian byte order")
        return Layout(order, "<Q", "<HHQ8s", "<Q", pointer_at=8)
    return Layout(order, f"{order}H", f"{order}HHI4s", f"{order}I", pointer_at=4)


def read_first(data: bytes, layout: Layout) -> dict[int, Tag]:
    """Every tag of the first directory whose type is known; of a repeated tag the first."""
    (start,) = struct.unpack_from(layout.offset, data, layout.pointer_at)
    (count,) = struct.unpack_from(layout.count, data, start)
    if count > _MAX_TAGS:
        raise UnreadableImageError(f"The TIFF's directory has more than {_MAX_TAGS} tags")
    tags: dict[int, Tag] = {}
    begin, step = start + struct.calcsize(layout.count), struct.calcsize(layout.entry)
    for at in range(begin, begin + count * step, step):
        tag = _read_tag(data, layout, at)
        if tag.kind in _UNIT_BYTES:
            tags.setdefault(tag.number, tag)
    return tags


def _read_tag(data: bytes, layout: Layout, at: int) -> Tag:
    number, kind, count, inline = struct.unpack_from(layout.entry, data, at)
    size = _UNIT_BYTES.get(kind, 0) * count
    end = at + struct.calcsize(layout.entry)
    offset = end - len(inline)
    if size > len(inline):
        (offset,) = struct.unpack(layout.offset, inline)
    value = memoryview(data)[offset : offset + size]
    return Tag(number, kind, count, data[at:end], value, layout.order)


def count_pages(data: bytes, layout: Layout) -> int:
    """How many directories are chained, up to a bound; a broken or circular chain just ends."""
    (start,) = struct.unpack_from(layout.offset, data, layout.pointer_at)
    count_bytes, entry_bytes = struct.calcsize(layout.count), struct.calcsize(layout.entry)
    seen: set[int] = set()
    while start and start not in seen and len(seen) < _MAX_PAGES:
        seen.add(start)
        if start + count_bytes > len(data):
            break
        (count,) = struct.unpack_from(layout.count, data, start)
        link = start + count_bytes + count * entry_bytes
        if link + struct.calcsize(layout.offset) > len(data):
            break
        (start,) = struct.unpack_from(layout.offset, data, link)
    return len(seen)
