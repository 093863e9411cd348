"""Bytes in a folder."""

import os
import re
import tempfile
from pathlib import Path

from handler.domain.errors import StoreUnavailableError

# No part may begin with a dot, so no name leaves the folder.
_NAME = re.compile(r"[0-9A-Za-z_-][0-9A-Za-z_.-]{0,200}(?:/[0-9A-Za-z_-][0-9A-Za-z_.-]{0,200}){0,7}")


class LocalObjects:
    """The object store of one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, data: bytes, media_type: str) -> None:  # noqa: ARG002 # a file has no media type
        """Keep the bytes: written beside, then moved into place, so that no half file is ever seen."""
        path = self._path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(path)
        except OSError as error:
            raise StoreUnavailableError from error

    def get(self, name: str) -> bytes | None:
        """The bytes, or None where there are none."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailableError from error

    def delete(self, name: str) -> None:
        """Forget the bytes."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailableError from error

    def _path(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise ValueError(f"{name!r} is no object name")
        return self._folder / name
