"""What is kept of callers' bytes, under which names, and for how long."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

DAY_SECONDS = 24 * 3600
# Longest life of an address: what signs it in AWS is the function's own login, which lasts for hours only.
MAX_LINK_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Keeping:
    """
    How things under one prefix are kept.

    Attributes:
        max_bytes: of a cache on one machine, whose oldest give way; None is what may not be lost.
    """

    seconds: int
    max_bytes: int | None = None


# By the first part of a name. What is in a bucket's lifecycle rules is compared with this by a test.
KEEPINGS: Mapping[str, Keeping] = {
    "uploads": Keeping(DAY_SECONDS),
    "results": Keeping(DAY_SECONDS),
    "answers": Keeping(DAY_SECONDS),
    "mattes": Keeping(7 * DAY_SECONDS, max_bytes=2 * 1024**3),
}
# What a file of a media type is called: the types of picture that may be uploaded.
ENDINGS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
    "image/gif": "gif",
    "image/avif": "avif",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/x-dcraw": "raw",
    "image/vnd.adobe.photoshop": "psd",
    "image/x-exr": "exr",
    "image/vnd.radiance": "hdr",
    "image/x-tga": "tga",
    "image/x-sgi": "sgi",
}
_TYPES = {ending: media_type for media_type, ending in ENDINGS.items()}
# No part may begin with a dot, so no name leaves its folder.
_PART = "[0-9A-Za-z_-][0-9A-Za-z_.-]{0,200}"
_NAME = re.compile(rf"({'|'.join(KEEPINGS)})(/{_PART}){{1,7}}")
_UNQUOTABLE = re.compile(r"[^0-9A-Za-z ._()-]")


@dataclass(frozen=True, slots=True)
class PostForm:
    """A form that a browser or curl can send: these fields in order, then the file as `file`."""

    url: str = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)


def keeping_of(name: str) -> Keeping:
    """How the bytes of this name are kept; other names are a defect of this house."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} is no object name")
    return KEEPINGS[found[1]]


def results_folder(account_id: str, unique: str) -> str:
    """Where the results of one request, or of one job, are kept."""
    return f"results/{account_id}/{unique}"


def media_type_of(picture_format: str) -> str:
    """The type of a picture that may be uploaded, by the name of its format."""
    return _TYPES.get(picture_format, f"image/{picture_format}")


def disposition(filename: str) -> str:
    """The header that has a browser save a file under this name, whatever is in the name."""
    plain = _UNQUOTABLE.sub("_", filename)
    header = f'attachment; filename="{plain}"'
    return header if plain == filename else f"{header}; filename*=UTF-8''{quote(filename, safe='')}"
