"""What SnapOtter calls things: jobs, the files of a job, and the pictures that they are made of."""

import json
import re
from dataclasses import dataclass
from urllib.parse import quote

from handler.domain.errors import InvalidParameterError

DIALECT = "snapotter"
# Variants by what their files are called after the picture's own name.
MASK, ORIGINAL, COMPOSED = "mask", "original", "nobg"
ARCHIVE = "results.zip"
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What any browser shows; everything else is decoded on arrival, and called a PNG from then on.
_SHOWN = frozenset({"jpg", "jpeg", "jfif", "png", "webp", "gif", "avif", "bmp", "tif", "tiff"})
_FILE = re.compile(
    rf"(?P<stem>.+)_(?P<variant>{MASK}|{ORIGINAL}|{COMPOSED})\.(?P<ending>png|webp|avif)", re.DOTALL
)
_MAX_CHARS = 150
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def public_name(filename: str) -> str:
    """The name that a picture goes by, out of what its sender calls it."""
    last = _CONTROLS.sub("", re.split(r"[/\\]", filename)[-1]).strip().strip(".")
    name, ending = _parted(last or "image.png")
    if ending and ending.lower() not in _SHOWN:
        ending = "png"
    return f"{name[:_MAX_CHARS]}.{ending}" if ending else name[:_MAX_CHARS]


def stem(filename: str) -> str:
    """A picture's name without its ending."""
    return _parted(filename)[0]


def address(job_id: str, filename: str) -> str:
    """Where a file of a job is to be had."""
    return f"/api/v1/download/{job_id}/{quote(filename, safe='')}"


def stored_name(filename: str) -> tuple[str, str] | None:
    """A file's name in its job, and the stem of the picture that it must be made of."""
    found = _FILE.fullmatch(filename)
    return None if found is None else (f"0-{found['variant']}.{found['ending']}", found["stem"])


def archive_name(job_id: str) -> str:
    """What a batch's zip is called."""
    return f"batch-remove-background-{job_id[:8]}.zip"


def check_path(*parts: str) -> None:
    """Refuse what would lead out of a folder, were there any."""
    for part in parts:
        if ".." in part.split("/") or any(sign in part for sign in "/\\\0"):
            raise InvalidParameterError("path", "the name of a file", part)


@dataclass(frozen=True, slots=True)
class Memo:
    """
    What is to be known of a job again.

    Attributes:
        filenames: what each picture goes by.
        source_bytes: how large the first one was when it came.
    """

    filenames: tuple[str, ...]
    source_bytes: int = 0
    is_batch: bool = False

    def text(self) -> str:
        """As a job keeps it."""
        return json.dumps([self.filenames, self.source_bytes, self.is_batch])

    @classmethod
    def read(cls, text: str) -> "Memo":
        """Read what a job kept."""
        filenames, source_bytes, is_batch = json.loads(text)
        return cls(tuple(filenames), source_bytes, is_batch)

    def is_of(self, wanted_stem: str) -> bool:
        """Whether it is the job of one picture of this name."""
        return not self.is_batch and stem(self.filenames[0]) == wanted_stem


def _parted(filename: str) -> tuple[str, str]:
    name, dot, ending = filename.rpartition(".")
    return (name, ending) if dot and name else (filename, "")
