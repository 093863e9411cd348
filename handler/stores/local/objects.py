"""Bytes in a folder."""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from handler.domain.errors import StoreUnavailableError
from handler.domain.keeping import KEEPINGS, PostForm, keeping_of
from handler.stores.local.addresses import Addresses

# A disc that is full would stop the books too.
MIN_FREE_BYTES = 256 * 1024**2
# A folder that was just made may be about to get its first file.
_EMPTY_FOLDER_SECONDS = 3600


class LocalObjects:
    """The object store of one machine."""

    def __init__(self, folder: Path, addresses: Addresses, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._addresses = addresses
        self._clock = clock

    def put(self, name: str, data: bytes, media_type: str) -> None:  # noqa: ARG002 # a file has no media type
        """Keep the bytes: written beside, then moved into place, so that no half file is ever seen."""
        path = self._path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(path.parent).free < MIN_FREE_BYTES + len(data):
                raise StoreUnavailableError("The disc is full")
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                file.write(data)
                file.flush()
                # What a cache loses in a power cut is made again, so it need not wait for the disc.
                if keeping_of(name).max_bytes is None:
                    os.fsync(file.fileno())
            Path(file.name).replace(path)
        except OSError as error:
            raise StoreUnavailableError from error

    def get(self, name: str) -> bytes | None:
        """The bytes, or None where there are none."""
        if self.size(name) is None:
            return None
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailableError from error

    def size(self, name: str) -> int | None:
        """How many bytes there are."""
        try:
            found = self._path(name).stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailableError from error
        is_over = found.st_mtime + keeping_of(name).seconds <= self._clock()
        return None if is_over else found.st_size

    def delete(self, name: str) -> None:
        """Forget the bytes."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailableError from error

    def link(self, name: str, seconds: int, filename: str, media_type: str) -> str:
        """An address that this service answers itself."""
        keeping_of(name)
        return self._addresses.link(name, seconds, filename, media_type)

    def form(self, name: str, max_bytes: int, media_type: str, seconds: int) -> PostForm:
        """A form that this service takes itself."""
        keeping_of(name)
        return self._addresses.form(name, max_bytes, media_type, seconds)

    def forget_expired(self) -> None:
        """Remove what is past its time, and the oldest of what is too much."""
        try:
            for prefix, keeping in KEEPINGS.items():
                oldest = self._clock() - keeping.seconds
                left = keeping.max_bytes
                for modified, size, path in self._newest_first(self._folder / prefix):
                    left = None if left is None else left - size
                    if modified <= oldest or (left is not None and left < 0):
                        path.unlink(missing_ok=True)
            self._remove_empty_folders()
        except OSError as error:
            raise StoreUnavailableError from error

    def _path(self, name: str) -> Path:
        keeping_of(name)
        return self._folder / name

    @staticmethod
    def _newest_first(folder: Path) -> Iterator[tuple[float, int, Path]]:
        found = []
        for path in folder.rglob("*"):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            if path.is_file():
                found.append((status.st_mtime, status.st_size, path))
        return iter(sorted(found, reverse=True))

    def _remove_empty_folders(self) -> None:
        oldest = self._clock() - _EMPTY_FOLDER_SECONDS
        for path in sorted(self._folder.glob("*/**/"), reverse=True):
            if path.parent != self._folder and path.stat().st_mtime < oldest and not any(path.iterdir()):
                # Somebody may be quicker and put a file there.
                with contextlib.suppress(OSError):
                    path.rmdir()
