"""A zip of pictures, unpacked within bounds that its maker cannot move."""

import io
import zipfile
import zlib

from handler.domain.errors import ImageTooLargeError, InvalidParameterError

ARCHIVE = "archive"
# What is in a zip's list costs memory before anything is unpacked.
MAX_ENTRIES = 1000
MAX_UNPACKED_BYTES = 128 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024
# Others unfold gigabytes out of one piece before any of it can be counted; every system's zips are these.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENTRY_MARK = b"PK\x01\x02"
# A reader of zips fails in as many ways as its parts do.
_BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, OSError, KeyError)


def unpack(data: bytes, most: int) -> tuple[bytes, ...]:
    """Give the files of a zip, in order; what systems put beside them is left out."""
    # The list is counted before it is read: an entry takes ten times as much room in memory.
    marks = data.count(_ENTRY_MARK)
    if marks > MAX_ENTRIES:
        raise InvalidParameterError(ARCHIVE, f"at most {MAX_ENTRIES} entries", str(marks))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = [entry for entry in archive.infolist() if _is_picture(entry)]
            if not 0 < len(wanted) <= most:
                raise InvalidParameterError(ARCHIVE, f"1 to {most} pictures", str(len(wanted)))
            return _unpacked(archive, wanted)
    except _BROKEN as error:
        raise InvalidParameterError(ARCHIVE, "a zip of pictures", "a file that cannot be unpacked") from error


def _unpacked(archive: zipfile.ZipFile, wanted: list[zipfile.ZipInfo]) -> tuple[bytes, ...]:
    left, files = MAX_UNPACKED_BYTES, []
    for entry in wanted:
        if entry.compress_type not in _METHODS:
            raise InvalidParameterError(ARCHIVE, "entries that are stored or deflated", "another method")
        body = bytearray()
        with archive.open(entry) as file:
            # Counted as it comes: what the list says of sizes need not be true.
            while chunk := file.read(_CHUNK_BYTES):
                body += chunk
                if len(body) > left:
                    raise ImageTooLargeError(f"The archive unpacks to more than {MAX_UNPACKED_BYTES} bytes")
        left -= len(body)
        files.append(bytes(body))
    return tuple(files)


def _is_picture(entry: zipfile.ZipInfo) -> bool:
    parts = entry.filename.split("/")
    return not entry.is_dir() and "__MACOSX" not in parts and not parts[-1].startswith(".")
