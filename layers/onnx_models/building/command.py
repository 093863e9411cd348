"""The installer's command line."""

import argparse
import sys
from pathlib import Path

from layers.onnx_models.building.checked_files import DigestMismatchError
from layers.onnx_models.building.fetching import FetchError
from layers.onnx_models.building.installing import UnfaithfulModelError, install
from layers.onnx_models.building.obtaining import Workshop, default_cache
from layers.onnx_models.building.progress import Progress
from layers.onnx_models.building.rows import Row, RowError, read_rows
from layers.onnx_models.building.verdicts import processor_name

_FOLDER = Path(__file__).resolve().parents[1]


def main(words: list[str] | None = None) -> int:
    """Install the models of models.toml: the default ones, or those named."""
    arguments = _parser().parse_args(words)
    try:
        rows = read_rows(arguments.rows)
        wanted = _wanted(rows, arguments.only)
        folder = arguments.rows.parent
        workshop = Workshop(rows, folder, arguments.cache, processor_name(), Progress(sys.stderr))
        install(wanted, arguments.dest or folder, workshop)
    except (RowError, FetchError, DigestMismatchError, UnfaithfulModelError, OSError) as error:
        print(f"models not installed: {error}", file=sys.stderr)
        return 1
    return 0


def _wanted(rows: dict[str, Row], names: list[str]) -> list[Row]:
    unknown = [name for name in names if name not in rows]
    if unknown:
        raise RowError(f"expected one of {', '.join(rows)}, got {', '.join(unknown)}")
    return [rows[name] for name in names] or [row for row in rows.values() if row.installed_by_default]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="install.py", description=main.__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="a row; may be repeated")
    parser.add_argument("--dest", type=Path, help="where model files go (beside models.toml)")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="what is fetched (%(default)s)")
    parser.add_argument("--rows", type=Path, default=_FOLDER / "models.toml", help="another models.toml")
    return parser
