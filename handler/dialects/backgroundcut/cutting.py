"""The two older ways, v1 and v2: one picture in, and its cut-out is the answer's body."""

from collections.abc import Mapping
from dataclasses import dataclass

from handler.dialects.answers import credits_of
from handler.dialects.backgroundcut.processing import DEFAULT_MAX_RESOLUTION, MAX_RESOLUTION
from handler.dialects.base import Inbound, Outbound
from handler.dialects.reading.kinds import choice, count
from handler.dialects.reading.parameter import Parameter, Table, names_of, read_parameters
from handler.dialects.reading.source import SourceNames
from handler.dialects.reading.strays import ignored_header, without_blanks
from handler.domain.request import Channels, Cut, CutoutRequest, Delivery, Format, Quality, Variant
from handler.domain.result import CutoutResult, Outcome


@dataclass(frozen=True, slots=True)
class File:
    """What is written, and how closely where something may be lost."""

    format: Format
    lossy_quality: int = 85


_PLAIN: Mapping[str, File] = {"png": File(Format.PNG), "webp": File(Format.WEBP)}
_GRADED = {f"webp_{quality}": File(Format.WEBP, quality) for quality in range(1, 101)}


def _file(name: str, files: Mapping[str, File], expected: str) -> Parameter[File]:
    def read(text: str) -> File:
        if text.lower() not in files:
            raise ValueError(text)
        return files[text.lower()]

    return Parameter(
        name=name,
        read=read,
        expected=expected,
        default=_PLAIN["png"],
        schema={"type": "string", "default": "PNG", "examples": ["PNG", "WEBP"]},
        description=f"The answer's format: {expected}.",
    )


MAX_PIXELS = count("max_resolution", 1, MAX_RESOLUTION, DEFAULT_MAX_RESOLUTION, "Most pixels of the answer.")
QUALITY = choice(
    "quality", {quality.value: quality for quality in Quality}, "medium", "How closely it is looked at."
)
CHANNELS = choice(
    "channels",
    {"rgba": Channels.RGBA, "alpha": Channels.ALPHA},
    "rgba",
    "rgba is the cut-out, alpha its matte as grey.",
)


class Cutting:
    """One of the two; they differ by their names only."""

    def __init__(self, source: SourceNames, file: Parameter[File], *others: Parameter[Channels]) -> None:
        self.source = source
        self._file = file
        self.table: Table = (MAX_PIXELS, QUALITY, file, *others)

    def parse(self, sent: Inbound) -> CutoutRequest:
        """Read the picture, and what to make of it."""
        inbound = without_blanks(sent)
        values = read_parameters(self.table, (*inbound.query, *inbound.fields))
        file = values[self._file]
        variant = Variant(
            max_pixels=values[MAX_PIXELS],
            channels=values[CHANNELS] if CHANNELS in self.table else Channels.RGBA,
            format=file.format,
            lossy_quality=file.lossy_quality,
        )
        source, cut = self.source.only(inbound), Cut(values[QUALITY])
        return CutoutRequest(source, cut, (variant,), Delivery.LADDER, ("backgroundcut.picture",))

    def present(self, outcome: Outcome, inbound: Inbound) -> Outbound:
        """Answer with the picture, or lead to it where it is too large for an answer."""
        if not isinstance(outcome, CutoutResult):
            raise TypeError(outcome)
        rendering, hold = outcome.rendering, outcome.hold
        headers = (
            ("X-Credits-Charged", str(credits_of(hold.amount))),
            ("X-Credits-Remaining", str(credits_of(hold.remaining))),
            ("X-Model", rendering.model),
            *ignored_header(inbound, (*names_of(self.table), *self.source.every)),
        )
        if rendering.link is not None:
            return Outbound(303, rendering.format.media_type, b"", (("Location", rendering.link), *headers))
        return Outbound(200, rendering.format.media_type, rendering.body, headers)


V1 = Cutting(
    SourceNames(files=("file",), urls=("file_url",), hint="Send file or file_url"),
    _file("return_format", _PLAIN, "PNG or WEBP"),
)
V2 = Cutting(
    SourceNames(files=("image_file",), base64s=("image_file_b64",), hint="Send image_file or image_file_b64"),
    _file("return_type", {**_PLAIN, **_GRADED}, "PNG, WEBP, or WEBP_1 to WEBP_100"),
    CHANNELS,
)
