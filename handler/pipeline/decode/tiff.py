"""TIFF: the first directory is written anew with only the tags that draw the picture."""

import struct
from io import BytesIO

from PIL.TiffImagePlugin import TiffImageFile

from handler.domain.errors import UnreadableImageError
from handler.domain.limits import Limits
from handler.pipeline.decode.directory import Layout, Tag, count_pages, layout_of, read_first
from handler.pipeline.decode.exif import ORIENTATION_TAG, UPRIGHT, valid_orientation
from handler.pipeline.decode.source import Source, check_pixels

_WIDTH, _HEIGHT, _COMPRESSION, _PROFILE = 256, 257, 259, 34675
_STRIP_OFFSETS, _STRIP_BYTES, _TILE_OFFSETS, _TILE_BYTES = 273, 279, 324, 325
_DRAWING = {
    *(_WIDTH, _HEIGHT, _STRIP_OFFSETS, _STRIP_BYTES, _TILE_OFFSETS, _TILE_BYTES),
    *(
        _COMPRESSION,
        258,
        262,
        266,
        277,
        278,
        284,
        320,
        322,
        323,
        332,
        338,
        339,
    ),  # how samples lie and what they mean
    *(292, 293, 317, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532),  # compression
}
_MAX_PARTS = 100_000
# The decoder of these writes a line to the log for every row that is damaged.
_FAX = {2, 3, 4}
_MAX_FAX_ROWS = 10_000


def open_tiff(data: bytes, limits: Limits) -> Source:
    """Open the first page."""
    layout = layout_of(data)
    tags = read_first(data, layout)
    width, height = _first_number(tags, _WIDTH), _first_number(tags, _HEIGHT)
    check_pixels((width, height), limits.max_pixels)
    if height > _MAX_FAX_ROWS and _first_number(tags, _COMPRESSION, 0) in _FAX:
        raise UnreadableImageError(f"A fax-compressed TIFF of more than {_MAX_FAX_ROWS} rows is not read")
    drawing = [tags[number] for number in sorted(_DRAWING & tags.keys())]
    _check_extent(drawing, len(data))
    profile = tags.get(_PROFILE)
    return Source(
        image=TiffImageFile(BytesIO(_rewritten(data, layout, drawing))),
        orientation=valid_orientation(_first_number(tags, ORIENTATION_TAG, UPRIGHT)),
        profile=bytes(profile.value) if profile else None,
        frames=count_pages(data, layout),
    )


def _first_number(tags: dict[int, Tag], number: int, default: int | None = None) -> int:
    values = tags[number].numbers()[:1].tolist() if number in tags else []
    if values:
        return int(values[0])
    if default is None:
        raise UnreadableImageError("The TIFF does not tell its size")
    return default


def _check_extent(drawing: list[Tag], file_bytes: int) -> None:
    """No tag and no strip may be read over and over from the same bytes, as a bomb would have it."""
    tag_bytes = sum(len(tag.value) for tag in drawing)
    parts = max((tag.count for tag in drawing if tag.number in {_STRIP_OFFSETS, _TILE_OFFSETS}), default=0)
    sizes = (tag.numbers() for tag in drawing if tag.number in {_STRIP_BYTES, _TILE_BYTES})
    part_bytes = sum(int(values.sum(dtype="u8")) for values in sizes)
    # Some writers round the last strip up, so twice the file is still honest.
    if parts > _MAX_PARTS or tag_bytes > file_bytes or part_bytes > 2 * file_bytes:
        raise UnreadableImageError("The TIFF's directory claims more data than the file holds")


def _rewritten(data: bytes, layout: Layout, drawing: list[Tag]) -> bytes:
    padding = bytes(len(data) % 2)
    pointer = struct.pack(layout.offset, len(data) + len(padding))
    directory = [struct.pack(layout.count, len(drawing)), *(tag.raw for tag in drawing), bytes(len(pointer))]
    body = memoryview(data)[layout.pointer_at + len(pointer) :]
    return b"".join([data[: layout.pointer_at], pointer, body, padding, *directory])
