"""Zips that were made to hurt whoever opens them."""

import io
import struct
import zipfile

import pytest

from handler.dialects.native.archive import MAX_ENTRIES, MAX_UNPACKED_BYTES, unpack
from handler.domain.errors import ImageTooLargeError, InvalidParameterError

# Of an entry in a zip's list, without its name.
ENTRY = b"PK\x01\x02" + struct.pack("<6H3I5H2I", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)


def zipped(data: bytes, method: int = zipfile.ZIP_DEFLATED, name: str = "a.png", count: int = 1) -> bytes:
    """An archive that holds the same under numbered names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for number in range(count):
            archive.writestr(f"{number}{name}", data)
    return packed.getvalue()


def listing(count: int) -> bytes:
    """An archive of nothing but its list, whose own count of its entries is not true."""
    entries = (ENTRY + b"a") * count
    return entries + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 1, 1, len(entries), 0, 0)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_what_every_system_writes_is_unpacked(method: int) -> None:
    """In order; names lead nowhere, since nobody writes anything under them."""
    assert (b"picture", b"picture") == unpack(zipped(b"picture", method, "/../../etc/passwd", 2), 50)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_are_refused_before_anything_is_unfolded(method: int) -> None:
    """Some four hundred bytes of them unfold to four hundred million at once."""
    with pytest.raises(InvalidParameterError):
        unpack(zipped(bytes(2**20), method), 50)


def test_what_unfolds_to_too_much_is_stopped() -> None:
    """Counted while it comes."""
    with pytest.raises(ImageTooLargeError):
        unpack(zipped(bytes(MAX_UNPACKED_BYTES // 2 + 1), count=2), 50)


def test_a_list_without_end_is_refused_unread() -> None:
    """Whatever it says of its own length."""
    with pytest.raises(InvalidParameterError, match=str(MAX_ENTRIES)):
        unpack(listing(MAX_ENTRIES + 1), 50)


def test_no_damage_is_a_defect_of_ours() -> None:
    """Every byte of a zip turned over in turn: unpacked or refused."""
    whole = zipped(b"picture" * 9)
    for at in range(len(whole)):
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        try:
            files = unpack(bytes(damaged), 50)
        except InvalidParameterError:
            continue
        assert len(files) == 1
