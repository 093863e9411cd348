"""How the subject is found and its edge treated."""

from handler.dialects.reading.kinds import choice, count, number
from handler.dialects.reading.measures import REGION_EXPECTED, is_empty, read_region
from handler.dialects.reading.parameter import Parameter, Table, Values
from handler.domain.request import Cut, Edge, Quality, Region, SourceAlpha, Subject

MAX_EDGE_PIXELS = 20
TOLD_BY_MODELS = frozenset({Subject.PERSON, Subject.PRODUCT, Subject.ANIMAL, Subject.CAR})


def _read_region(text: str) -> Region:
    region = read_region(text)
    if is_empty(region):
        raise ValueError(text)
    return region


QUALITY = choice(
    "quality",
    {member.value: member for member in Quality},
    "medium",
    "How much work goes into finding the subject: low is the fastest, high looks most closely.",
)
TYPE = choice(
    "type",
    {member.value: member for member in Subject},
    "auto",
    "Which subject counts; person, product, animal and car are refused while no installed model can tell.",
)
ROI: Parameter[Region | None] = Parameter(
    name="roi",
    read=_read_region,
    expected=REGION_EXPECTED,
    default=None,
    schema={"type": "string", "examples": ["0% 0% 100% 100%", "10px 20px 300px 400px"]},
    description="Where the subject is: two corners x1 y1 x2 y2, outside of which all counts as background.",
)
ALPHA = choice(
    "alpha",
    {member.value: member for member in SourceAlpha},
    "multiply",
    "What the source's own transparency does: it joins the matte, is ignored, or is used as the matte.",
)
DECONTAMINATE = number(
    "decontaminate",
    0,
    1,
    1.0,
    "How far soft pixels are cleaned of the old background's colour; the alpha stays as it is.",
)
EDGE_SHIFT = count(
    "edge_shift",
    -MAX_EDGE_PIXELS,
    MAX_EDGE_PIXELS,
    0,
    "Pixels of the source by which the subject grows, or shrinks where it is below zero.",
)
EDGE_FEATHER = count(
    "edge_feather", 0, MAX_EDGE_PIXELS, 0, "Pixels of the source over which the edge is softened."
)
TABLE: Table = (QUALITY, TYPE, ROI, ALPHA, DECONTAMINATE, EDGE_SHIFT, EDGE_FEATHER)


def cut_of(values: Values) -> Cut:
    """What the parameters ask of the matte."""
    if values[TYPE] in TOLD_BY_MODELS:
        expected = "auto, for no installed model can tell kinds of subjects apart,"
        raise values.refusal(TYPE, expected)
    return Cut(
        quality=values[QUALITY],
        subject=values[TYPE],
        region=values[ROI],
        source_alpha=values[ALPHA],
        edge=Edge(
            shift=values[EDGE_SHIFT],
            feather=values[EDGE_FEATHER],
            decontaminate=values[DECONTAMINATE],
        ),
    )
