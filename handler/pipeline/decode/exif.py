"""The one thing in EXIF that changes how a picture looks, read without trusting the rest of it."""

import struct

ORIENTATION_TAG = 0x0112
UPRIGHT = 1
_ENTRY_BYTES = 12
_LONG = 4


def orientation_of(exif: bytes) -> int:
    """EXIF's number for how the picture is to be turned; upright where the block is absent or broken."""
    body = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(body[:2])
    if order is None:
        return UPRIGHT
    try:
        return valid_orientation(_lookup(body, order))
    except struct.error:
        return UPRIGHT


def valid_orientation(number: int) -> int:
    """The number itself, or upright where it is none of the eight."""
    return number if 1 <= number <= 8 else UPRIGHT


def _lookup(body: bytes, order: str) -> int:
    (start,) = struct.unpack_from(f"{order}I", body, 4)
    (count,) = struct.unpack_from(f"{order}H", body, start)
    for at in range(start + 2, start + 2 + _ENTRY_BYTES * count, _ENTRY_BYTES):
        tag, kind = struct.unpack_from(f"{order}HH", body, at)
        if tag == ORIENTATION_TAG:
            (value,) = struct.unpack_from(f"{order}{'I' if kind == _LONG else 'H'}", body, at + 8)
            return int(value)
    return UPRIGHT
