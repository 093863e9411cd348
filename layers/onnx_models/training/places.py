"""Where the training reads and writes: three folders, given on the command line."""

import argparse
from dataclasses import dataclass
from pathlib import Path

DEFAULT_WORK = Path("~/.cache/clearcut/training")


@dataclass(frozen=True)
class Places:
    """The folders of one training, and the files in them."""

    data: Path
    work: Path
    evaluation: Path | None

    @property
    def photos(self) -> Path:
        """The packed photos, without a suffix."""
        return self.work / "photos"

    @property
    def foregrounds(self) -> Path:
        """The packed foregrounds, without a suffix."""
        return self.work / "foregrounds"

    @property
    def checkpoint(self) -> Path:
        """The state from which a stopped run goes on."""
        return self.work / "checkpoint.pt"

    @property
    def history(self) -> Path:
        """One JSON line an epoch."""
        return self.work / "history.jsonl"

    @property
    def float_model(self) -> Path:
        """The exported model before quantization."""
        return self.work / "clearcut-small-float.onnx"


def add_places(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The parser with the folder arguments that every command here shares."""
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/training"), help="photos-*.zip, foregrounds.zip"
    )
    parser.add_argument(
        "--work", type=Path, default=DEFAULT_WORK, help="packed data and checkpoints, outside git"
    )
    parser.add_argument("--evaluation", type=Path, default=None, help="evaluation set, never trained on")
    return parser


def places_from(arguments: argparse.Namespace) -> Places:
    """The folders named on the command line, the work folder made."""
    work: Path = arguments.work.expanduser()
    work.mkdir(parents=True, exist_ok=True)
    return Places(arguments.data, work, arguments.evaluation)
