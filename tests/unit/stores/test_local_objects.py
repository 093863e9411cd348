"""Bytes in a folder."""

import os
import shutil
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from handler.domain.errors import StoreUnavailableError
from handler.domain.keeping import KEEPINGS, Keeping
from handler.stores.local.addresses import Addresses
from handler.stores.local.objects import LocalObjects
from handler.stores.local.secret import LocalSecret


@pytest.fixture
def objects(tmp_path: Path) -> LocalObjects:
    """A store in a folder of its own."""
    return LocalObjects(tmp_path / "objects", Addresses("http://x", LocalSecret(tmp_path / "secret")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where it keeps its files."""
    return tmp_path / "objects"


def files(folder: Path) -> set[str]:
    """All that lies there."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../x",
        "answers/../../x",
        "answers//b",
        "answers/.b",
        "answers\\b",
        "answers/a b",
        "answers/\u00e9",
        "answers/a\n",
        "answers/" + "x" * 300,
        "answers" + "/a" * 8,
    ],
)
def test_no_name_leaves_the_folder(objects: LocalObjects, name: str) -> None:
    """Names are made by this house, so another one is a defect and not a caller's mistake."""
    with pytest.raises(ValueError, match="no object name"):
        objects.put(name, b"", "image/png")
    with pytest.raises(ValueError, match="no object name"):
        objects.get(name)
    with pytest.raises(ValueError, match="no object name"):
        objects.delete(name)


def test_a_write_leaves_nothing_beside_it(objects: LocalObjects, folder: Path) -> None:
    """No half file, and no file that somebody else may read."""
    objects.put("answers/a", b"1", "image/png")
    objects.put("answers/a", b"2", "image/png")

    assert {"answers/a"} == files(folder)
    assert 0o600 == (folder / "answers" / "a").stat().st_mode & 0o777


def test_a_folder_that_cannot_be_used_is_unavailable(objects: LocalObjects, folder: Path) -> None:
    """Said as an error of the store, not of the operating system."""
    (folder / "results" / "folder").mkdir(parents=True)
    (folder / "answers").touch()

    for use in (
        lambda: objects.put("answers/a", b"", "image/png"),
        lambda: objects.size("answers/a"),
        lambda: objects.get("results/folder"),
        lambda: objects.delete("results/folder"),
    ):
        with pytest.raises(StoreUnavailableError):
            use()


def test_a_disc_that_is_nearly_full_takes_nothing_more(
    objects: LocalObjects, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The books on it need the rest."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=256 * 1024**2))

    objects.put("answers/a", b"", "image/png")
    with pytest.raises(StoreUnavailableError):
        objects.put("answers/a", b"x", "image/png")
    assert objects.get("answers/a") == b""


def test_what_is_past_its_time_is_removed_with_its_folder(objects: LocalObjects, folder: Path) -> None:
    """Halves that a killed process left too; a fresh folder stays, since a file may be on its way."""
    for name in ("uploads/old/1", "uploads/new/1", "mattes/old/1"):
        objects.put(name, b"x", "image/png")
    (folder / "uploads" / "old" / ".half").touch()
    (folder / "uploads" / "made").mkdir()
    yesterday = time.time() - KEEPINGS["uploads"].seconds - 1
    for path in [*folder.glob("*/old/*"), *folder.glob("*/old/.*")]:
        os.utime(path, (yesterday, yesterday))

    objects.forget_expired()
    os.utime(folder / "uploads" / "old", (yesterday, yesterday))
    objects.forget_expired()

    assert {"uploads/new/1", "mattes/old/1"} == files(folder)
    assert {"new", "made"} == {path.name for path in (folder / "uploads").iterdir()}


def test_of_a_cache_that_has_grown_too_large_the_oldest_go(
    objects: LocalObjects, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the rest fits."""
    monkeypatch.setitem(KEEPINGS, "mattes", Keeping(3600, max_bytes=20))
    for age, name in enumerate("abcd"):
        objects.put(f"mattes/{name}", b"x" * 7, "image/png")
        os.utime(folder / "mattes" / name, (time.time() - age, time.time() - age))
        objects.put(f"uploads/{name}", b"x" * 7, "image/png")

    objects.forget_expired()

    assert {"mattes/a", "mattes/b", *(f"uploads/{name}" for name in "abcd")} == files(folder)
