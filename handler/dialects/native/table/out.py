"""The file, and how it is delivered."""

from enum import StrEnum

from handler.dialects.reading.kinds import choice, count, flag
from handler.dialects.reading.parameter import Parameter, Table
from handler.domain.request import ColourSpace, Compression, Format

MAX_VARIANTS_CHARS = 20_000


class Response(StrEnum):
    """What the body of an answer is: the file, or JSON that holds it or says where it is."""

    BYTES = "bytes"
    JSON = "json"
    URL = "url"


FORMAT = choice(
    "format",
    {member.value: member for member in Format},
    "png",
    "File format of the answer. jpg has no transparency: the subject lies on a background, or on white. zip "
    "holds color.jpg and alpha.png; auto is png where anything is transparent, else jpg. jpeg is jpg.",
    synonyms={"jpeg": "jpg"},
)
LOSSY_QUALITY = count(
    "lossy_quality", 1, 100, 85, "Of a jpg, webp or avif: more is larger and closer to the original."
)
COMPRESSION = choice(
    "compression",
    {member.value: member for member in Compression},
    "fast",
    "Of a PNG only: small takes about twenty times as long for a file about a sixth smaller.",
)
COLOR = choice(
    "color",
    {member.value: member for member in ColourSpace},
    "srgb",
    "keep leaves the colours in the source's own RGB profile, which is embedded; inks, grey and pictures "
    "without a profile become sRGB all the same. Colours and pictures behind are shown as asked.",
)
RESPONSE = choice(
    "response",
    {member.value: member for member in Response},
    "bytes",
    "bytes is the file itself; json holds it as result_b64, or says where it is as result_url; url always "
    "says where it is. Accept: application/json is json.",
)
VARIANTS: Parameter[str | None] = Parameter(
    name="variants",
    read=str,
    expected="a JSON list of 1 to 20 objects, each with a name",
    default=None,
    schema={
        "type": "string",
        "contentMediaType": "application/json",
        "examples": ['[{"name": "shop", "crop": "1:1", "bg_color": "white", "format": "jpg"}]'],
    },
    description="Up to 20 pictures of one source for one charge: a JSON list of objects, each with a name "
    "and any parameters of shape, background and file; the answer is a zip of NAME.EXT, or JSON of links.",
    max_chars=MAX_VARIANTS_CHARS,
)
DRY_RUN = flag(
    "dry_run",
    "Check and price only: JSON with credits, width, height and cached; nothing is done or charged.",
)
FILE: Table = (FORMAT, LOSSY_QUALITY, COMPRESSION, COLOR)
REQUEST: Table = (RESPONSE, VARIANTS, DRY_RUN)
