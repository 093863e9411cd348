"""What is submitted, and which task is asked for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from handler.dialects.base import Inbound
from handler.dialects.reading.kinds import choice
from handler.dialects.reading.parameter import Parameter, Table, names_of, read_parameters
from handler.dialects.reading.source import SourceNames
from handler.dialects.reading.strays import without_blanks
from handler.domain.request import (
    Channels,
    Cut,
    CutoutRequest,
    Delivery,
    JobQuery,
    JobRequest,
    Quality,
    Variant,
)

DIALECT = "threedaistudio"
SOURCE = SourceNames(files=("image_file",), urls=("image_url",), hint="Send image_url or image_file.")
# The longest side that each takes; what is larger is made smaller, and stays so.
MAX_SIDES: Mapping[Quality, int] = {Quality.LOW: 2048, Quality.MEDIUM: 2048, Quality.HIGH: 4096}
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def _read_flag(text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise ValueError(text)
    return _FLAGS[text.lower()]


QUALITY = choice(
    "quality",
    {quality.value: quality for quality in Quality},
    "medium",
    "low and medium take up to 2048 pixels a side, high 4096; larger pictures are made smaller first.",
)
RETURN_MASK: Parameter[bool] = Parameter(
    name="return_mask",
    read=_read_flag,
    expected="true or false",
    default=False,
    schema={"type": "boolean", "default": False},
    description="A grey mask in the place of the cut-out: white is the subject.",
)
TABLE: Table = (QUALITY, RETURN_MASK)
KNOWN = (*SOURCE.every, *names_of(TABLE))


@dataclass(frozen=True, slots=True)
class Memo:
    """What an answer repeats of its request."""

    quality: str
    is_mask: bool

    def text(self) -> str:
        """As a job keeps it."""
        return json.dumps([self.quality, self.is_mask])

    @classmethod
    def read(cls, text: str) -> "Memo":
        """Read what a job kept."""
        return cls(*json.loads(text))


def parse_submission(sent: Inbound) -> JobRequest:
    """Read the picture, how well it is to be cut, and what is wanted of it."""
    inbound = without_blanks(sent)
    values = read_parameters(TABLE, (*inbound.query, *inbound.fields))
    quality, is_mask = values[QUALITY], values[RETURN_MASK]
    variant = Variant(
        name="mask" if is_mask else "cutout",
        max_side=MAX_SIDES[quality],
        channels=Channels.ALPHA if is_mask else Channels.RGBA,
    )
    item = CutoutRequest(
        SOURCE.only(inbound), Cut(quality), (variant,), Delivery.LINKS, (f"{DIALECT}.{quality.value}",)
    )
    return JobRequest((item,), DIALECT, memo=Memo(quality.value, is_mask).text())


def parse_status(inbound: Inbound) -> JobQuery:
    """Read which task is asked for."""
    return JobQuery(inbound.path["task_id"], DIALECT)
