"""Rows, packages and an npm to install from, made where they are needed."""

import io
import json
import tarfile
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from layers.onnx_models.building.graph import plain_float_model
from layers.onnx_models.building.obtaining import Workshop
from layers.onnx_models.building.pictures import judging_pictures, network_input
from layers.onnx_models.building.quantizing import int8_model
from layers.onnx_models.building.ranges import Ranges, median_ranges, read_ranges, write_ranges
from layers.onnx_models.building.rows import (
    BuildSource,
    CommittedSource,
    InputForm,
    PathSource,
    Row,
    Source,
)
from tests.networks import half_precision_network

FORM = InputForm(16, 16, (0.5, 0.5, 0.5), (1.0, 1.0, 1.0))
PUBLISHED = half_precision_network(FORM.width)
PLAIN = plain_float_model(PUBLISHED)
# So wide that every activation falls into the same step.
RUINED: Ranges = dict.fromkeys(
    ["picture", *(node.output[0] for node in PLAIN.graph.node)], (-90000.0, 90000.0)
)


@cache
def sound_ranges() -> Ranges:
    """Those of the pictures that an install judges by."""
    pictures = [network_input(picture, FORM) for picture in judging_pictures()]
    return median_ranges(PLAIN, pictures, lambda _: None)


def path_row(workshop: Workshop, name: str, data: bytes) -> Row:
    """A row for a file that lies outside."""
    path = workshop.folder / f"{name}.brought"
    path.write_bytes(data)
    return row_of(name, data, PathSource(str(path)))


def small_row(workshop: Workshop, name: str, ranges: Ranges, fallback: str | None = None) -> Row:
    """A row for the published network in int8, with these ranges."""
    write_ranges(workshop.folder / f"{name}.json", ranges)
    written = read_ranges(workshop.folder / f"{name}.json")
    data = int8_model(PLAIN, written, (), has_reduced_range=False)
    source = BuildSource("published", "int8", f"{name}.json", fallback=fallback)
    return row_of(name, data, source)


def published_row(workshop: Workshop) -> Row:
    """The material of all that is built here."""
    return path_row(workshop, "published", PUBLISHED.SerializeToString())


def float_row() -> Row:
    """The published network in single precision."""
    return row_of("float", PLAIN.SerializeToString(), BuildSource("published", "float32"))


def row_of(name: str, data: bytes, source: Source, *, is_verified: bool = True) -> Row:
    """A row whose file must hold these bytes."""
    return Row(
        name=name,
        file=f"{name}.onnx",
        size_bytes=len(data),
        sha256=sha256(data).hexdigest(),
        installed_by_default=False,
        is_verified=is_verified,
        input=FORM,
        source=source,
    )


def with_rows(workshop: Workshop, *rows: Row) -> Workshop:
    """The workshop with these rows; committed ones get their files' bytes from their names."""
    for row in rows:
        if isinstance(row.source, CommittedSource):
            (workshop.folder / row.file).write_bytes(row.name.encode())
    return replace(workshop, rows={row.name: row for row in rows})


def said(workshop: Workshop) -> str:
    """All that the workshop has told its user."""
    stream = workshop.progress.stream
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def write_npm(folder: Path, script: str) -> None:
    """Make `npm` this shell script; $4 is where its archive belongs."""
    program = folder / "npm"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


def write_package(path: Path, chunks: list[bytes], *, names: list[str] | None = None) -> None:
    """An npm archive whose resource map cuts /model into these chunks, packed last chunk first."""
    names = names or [sha256(chunk).hexdigest() for chunk in chunks]
    start, listed = 0, []
    for chunk, name in zip(chunks, names, strict=True):
        listed.append({"hash": name, "offsets": [start, start + len(chunk)]})
        start += len(chunk)
    files = {f"package/dist/{name}": chunk for chunk, name in reversed(list(zip(chunks, names, strict=True)))}
    files["package/dist/resources.json"] = json.dumps({"/model": {"chunks": listed}}).encode()
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def toml_row(folder: Path, name: str, more: str = "", *, obtain: str = "") -> str:
    """A row for a file beside it that holds its name, or with another way to obtain it."""
    brought = folder / f"{name}.brought"
    brought.write_text(name, encoding="utf-8")
    obtain = obtain or f'kind = "path"\npath = "{brought}"'
    return f"""
[[model]]
name = "{name}"
file = "{name}.onnx"
bytes = {len(name)}
sha256 = "{sha256(name.encode()).hexdigest()}"
verified = true
{more}
[model.obtain]
{obtain}
[model.input]
width = 16
height = 16
mean = [0.5, 0.5, 0.5]
std = [1.0, 1.0, 1.0]
"""
