"""installed.json: which models lie beside it, how they were judged, and what stands in for what."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from layers.onnx_models.building.checked_files import whole_file

_FILE = "installed.json"


@dataclass(frozen=True)
class InstalledModel:
    """A model file in place; a difference is that of its masks from the float model's, on a processor."""

    file: str
    sha256: str
    mean_difference: float | None = None
    processor: str | None = None


@dataclass(frozen=True)
class Replacement:
    """The row that was installed instead of one whose masks strayed too far."""

    by: str
    mean_difference: float
    processor: str


@dataclass(frozen=True)
class Record:
    """All that an install has settled, by the names of rows."""

    installed: dict[str, InstalledModel] = field(default_factory=dict)
    replaced: dict[str, Replacement] = field(default_factory=dict)


def read_record(folder: Path) -> Record:
    """The folder's record; one that cannot be read counts as none, and all is looked at anew."""
    try:
        table = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return Record(
            {name: InstalledModel(**entry) for name, entry in table["installed"].items()},
            {name: Replacement(**entry) for name, entry in table["replaced"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Record()


def write_record(folder: Path, record: Record) -> None:
    """Replace the folder's record."""
    with whole_file(folder / _FILE) as file:
        file.write(json.dumps(asdict(record), indent=2, sort_keys=True).encode() + b"\n")
