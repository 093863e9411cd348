"""models.toml as frozen rows, and which of them are installed beside it."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

Activation = Literal["none", "sigmoid"]
Fit = Literal["stretch", "inside"]

_REMEDY = "run `make models`"


class CatalogueError(Exception):
    """A model cannot be served: its row is wrong, or its file is absent or another one."""


@dataclass(frozen=True, slots=True)
class InputForm:
    """
    How a picture is fed.

    Attributes:
        width: the widest that the network takes.
        height: the tallest.
        mean: per channel, taken from x/255.
        std: per channel, by which the rest is divided.
        fit: stretched to width x height, or inside it with its own shape.
        side_multiple: what both sides of an inside fit are rounded to.
        least_side: what neither side of an inside fit is below, which squeezes long strips.
    """

    width: int
    height: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    fit: Fit = "stretch"
    side_multiple: int = 1
    least_side: int = 1

    def size_for(self, width: int, height: int, scale: float = 1) -> tuple[int, int]:
        """The width and height to which a picture of this size is brought; only an inside fit is scaled."""
        if self.fit == "stretch":
            return self.width, self.height
        most = self._whole(self.width * scale), self._whole(self.height * scale)
        ratio = min(most[0] / width, most[1] / height)
        return self._rounded(width * ratio, most[0]), self._rounded(height * ratio, most[1])

    def _whole(self, side: float) -> int:
        """The largest side of whole multiples that is no longer than this; at least one."""
        return max(1, int(side) // self.side_multiple) * self.side_multiple

    def _rounded(self, side: float, most: int) -> int:
        steps = max(1, round(side / self.side_multiple))
        return min(max(steps * self.side_multiple, self.least_side), most)


@dataclass(frozen=True, slots=True)
class OutputForm:
    """
    How the matte is read.

    Attributes:
        activation: none where the network gives alpha, sigmoid where it gives logits.
        stretch: whether the extremes count as 0 and 1.
        name: the output's name; None means the graph's first.
    """

    activation: Activation
    stretch: bool
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ClassHead:
    """A second output with one score a label."""

    output: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model file and all that is needed to run and credit it."""

    name: str
    path: Path
    sha256: str
    licence: str
    source: str
    is_verified: bool
    qualities: tuple[str, ...]
    input: InputForm
    output: OutputForm
    classes: ClassHead | None

    @property
    def label(self) -> str:
        """Name and digest of exactly this file."""
        return f"{self.name}@{self.sha256[:12]}"

    def require_intact(self) -> None:
        """Refuse a file that is not the one of this row."""
        try:
            with self.path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise CatalogueError(f"{self.path}: expected model {self.name}, got {error.strerror}") from error
        if found != self.sha256:
            raise CatalogueError(f"{self.path}: expected sha256 {self.sha256}, found {found}; {_REMEDY}")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every row in the order of preference."""

    folder: Path
    specs: tuple[ModelSpec, ...]

    def installed(self) -> tuple[ModelSpec, ...]:
        """The rows whose files are there."""
        return tuple(spec for spec in self.specs if spec.path.is_file())

    def row_for(self, quality: str) -> ModelSpec | None:
        """The first installed row that serves a level."""
        return next((spec for spec in self.installed() if quality in spec.qualities), None)

    def serving(self, quality: str) -> ModelSpec:
        """The row that serves a level, its digest checked."""
        spec = self.row_for(quality)
        if spec is None:
            raise CatalogueError(
                f"{self.folder}: expected a model for quality {quality}, found none; {_REMEDY}"
            )
        spec.require_intact()
        return spec


def read_catalogue(folder: Path) -> Catalogue:
    """Read the folder's models.toml."""
    path = folder / "models.toml"
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file).get("model")
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path}: expected rows of [[model]], got {error!r}") from error
    if not isinstance(tables, list):
        raise CatalogueError(f"{path}: expected rows of [[model]], got none")
    return Catalogue(folder, tuple(_spec(table, path) for table in tables))


def _spec(table: Mapping[str, Any], path: Path) -> ModelSpec:
    try:
        return ModelSpec(
            name=table["name"],
            path=path.parent / table["file"],
            sha256=table["sha256"],
            licence=table["licence"],
            source=table["source"],
            is_verified=table["verified"],
            qualities=tuple(table["qualities"]),
            input=_input_form(table["input"]),
            output=_output_form(table["output"]),
            classes=_class_head(table["classes"]) if "classes" in table else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogueError(f"{path}, model {table.get('name', '?')}: {error!r}") from error


def _input_form(table: Mapping[str, Any]) -> InputForm:
    form = InputForm(**{**table, "mean": tuple(table["mean"]), "std": tuple(table["std"])})
    if not (len(form.mean) == len(form.std) == 3 and all(form.std) and min(form.width, form.height) > 0):
        raise ValueError("expected three means, three stds other than 0, and sides above 0")
    _require_one_of("fit", get_args(Fit), form.fit)
    return form


def _output_form(table: Mapping[str, Any]) -> OutputForm:
    form = OutputForm(**table)
    _require_one_of("activation", get_args(Activation), form.activation)
    return form


def _require_one_of(name: str, expected: tuple[str, ...], received: str) -> None:
    if received not in expected:
        raise ValueError(f"expected {' or '.join(expected)} for {name}, got {received}")


def _class_head(table: Mapping[str, Any]) -> ClassHead:
    return ClassHead(table["output"], tuple(table["labels"]))
