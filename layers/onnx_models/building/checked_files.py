"""Files that are what they claim to be: digests compared, writes that are whole or absent."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class DigestMismatchError(Exception):
    """A file is not the one that its row names."""

    def __init__(self, file: str, expected: str, found: str, hint: str = "") -> None:
        super().__init__(f"{file}: expected {expected}, found {found}{hint and '; '}{hint}")


def digest_of(path: Path, algorithm: str = "sha256") -> str:
    """The file's digest in hex, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def is_intact(path: Path, sha256: str) -> bool:
    """Whether the file is there and has that digest."""
    return path.is_file() and digest_of(path) == sha256


def require_digest(path: Path, expected: str, *, algorithm: str = "sha256", hint: str = "") -> None:
    """Refuse a file whose digest differs, naming the file, what was expected and what was found."""
    found = digest_of(path, algorithm)
    if found != expected:
        raise DigestMismatchError(path.name, f"{algorithm} {expected}", found, hint)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes its name only once all of it is on disk; a failure leaves nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
