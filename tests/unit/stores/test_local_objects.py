"""Bytes in a folder."""

from pathlib import Path

import pytest

from handler.domain.errors import StoreUnavailableError
from handler.stores.local.objects import LocalObjects


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../x", "a/../../x", "a//b", ".hidden", "a/.b", "a\\b", "a b", "x" * 300]
)
def test_no_name_leaves_the_folder(tmp_path: Path, name: str) -> None:
    """Names are made by this house, so another one is a defect and not a caller's mistake."""
    objects = LocalObjects(tmp_path / "objects")
    with pytest.raises(ValueError, match="no object name"):
        objects.put(name, b"", "image/png")
    with pytest.raises(ValueError, match="no object name"):
        objects.get(name)
    with pytest.raises(ValueError, match="no object name"):
        objects.delete(name)


def test_a_write_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """No half file, and no file that somebody else may read."""
    objects = LocalObjects(tmp_path)
    objects.put("answers/a", b"1", "image/png")
    objects.put("answers/a", b"2", "image/png")

    found = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [(tmp_path / "answers" / "a", 0o600)] == [(path, path.stat().st_mode & 0o777) for path in found]


def test_a_folder_that_cannot_be_used_is_unavailable(tmp_path: Path) -> None:
    """Said as an error of the store, not of the operating system."""
    (tmp_path / "answers").touch()
    (tmp_path / "folder").mkdir()
    objects = LocalObjects(tmp_path)

    with pytest.raises(StoreUnavailableError):
        objects.put("answers/a", b"", "image/png")
    with pytest.raises(StoreUnavailableError):
        objects.get("folder")
    with pytest.raises(StoreUnavailableError):
        objects.delete("folder")
