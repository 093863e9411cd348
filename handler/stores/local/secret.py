"""A secret in a file that only its owner reads."""

import os
import secrets
import tempfile
from pathlib import Path

from handler.domain.errors import StoreUnavailableError

_BYTES = 32


class LocalSecret:
    """Random bytes, made when they are first asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._secret = b""

    def read(self) -> bytes:
        """The bytes, the same for every process on the file."""
        if not self._secret:
            try:
                if not self._path.exists():
                    self._make()
                found = self._path.read_bytes()
            except OSError as error:
                raise StoreUnavailableError from error
            if len(found) < _BYTES:
                raise StoreUnavailableError(f"{self._path} is too short for a secret; remove it")
            self._secret = found
        return self._secret

    def _make(self) -> None:
        """Write it beside, then link it into place: one process is first, and none reads half."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._path.parent, prefix=".secret-") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
            try:
                os.link(file.name, self._path)
            except FileExistsError:
                return
