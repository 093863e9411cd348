"""The fields of a task; numbers come as text as well as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from handler.dialects.reading.kinds import choice, colour
from handler.dialects.reading.parameter import Table, names_of
from handler.dialects.reading.source import SourceNames
from handler.domain.request import Format, Subject

SOURCE = SourceNames(files=("image_file",), urls=("image_url",), hint="Send image_file or image_url")
SCENE = SourceNames(files=("bg_image_file",), urls=("bg_image_url",))


class ReturnType(IntEnum):
    """How a task gives its files."""

    URL = 1
    BASE64 = 2
    BYTES = 3


@dataclass(frozen=True, slots=True)
class Output:
    """Which files a task gives."""

    image: bool
    mask: bool


_FLAGS: Mapping[str, bool] = {"0": False, "1": True}
SYNC = choice("sync", _FLAGS, "0", "1 waits for the result, 0 answers with the task's id at once.")
TYPE = choice(
    "type",
    {"person": Subject.PERSON, "object": Subject.AUTO, "stamp": Subject.STAMP, "": Subject.AUTO},
    "",
    "What is cut out; a stamp is ink on paper. Nothing is what stands out.",
)
RETURN_TYPE = choice(
    "return_type",
    {str(int(kind)): kind for kind in ReturnType},
    "1",
    "1 an address, 2 base64, 3 the file's own bytes, which needs sync=1.",
)
OUTPUT_TYPE = choice(
    "output_type",
    {
        "1": Output(image=True, mask=True),
        "2": Output(image=True, mask=False),
        "3": Output(image=False, mask=True),
    },
    "2",
    "1 image and mask, 2 image only, 3 mask only.",
)
CROP = choice("crop", _FLAGS, "0", "1 crops to the subject's edge.")
FORMAT = choice(
    "format",
    {"png": Format.PNG, "jpg": Format.JPG},
    "png",
    "png is transparent, jpg lies on bg_color or on white.",
    synonyms={"jpeg": "jpg"},
)
BG_COLOR = colour("bg_color", "Lies under a jpg; of a png it means nothing.")
TABLE: Table = (SYNC, TYPE, RETURN_TYPE, OUTPUT_TYPE, CROP, FORMAT, BG_COLOR)
KNOWN = (*SOURCE.every, *SCENE.every, *names_of(TABLE))
