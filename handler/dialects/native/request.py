"""A request to `/v1/remove`, read."""

from handler.dialects.answers import wants_json
from handler.dialects.base import Inbound
from handler.dialects.native.rules import refuse_idle_cleaning
from handler.dialects.native.table import CUT, EVERY, OF_A_VARIANT, REQUEST
from handler.dialects.native.table.cut import cut_of
from handler.dialects.native.table.out import DRY_RUN, RESPONSE, VARIANTS, Response
from handler.dialects.native.variants import SCENE, read_variant, read_variants
from handler.dialects.reading.parameter import Values, names_of, read_parameters
from handler.dialects.reading.source import SourceNames
from handler.dialects.reading.strays import refuse_strays
from handler.domain.errors import InvalidParameterError
from handler.domain.request import CutoutRequest, Delivery, Source, Variant

SOURCE = SourceNames(
    files=("image_file", "file"),
    urls=("image_url", "url"),
    base64s=("image_b64",),
    uploads=("upload_id",),
    raw=True,
    hint="Send the picture as multipart/form-data in the field 'image_file', as JSON in 'image_b64', as a "
    "raw body, or its address in 'image_url'",
)
# Poof's own client takes a redirect for a failure without words.
FOLLOWS_NOTHING = "poofbg/"
NAMES = (*names_of(EVERY), *SCENE.every)


def parse_remove(inbound: Inbound) -> CutoutRequest:
    """Read the picture and what to make of it."""
    source = SOURCE.only(inbound)
    refuse_strays(inbound, (*SOURCE.every, *NAMES))
    return read_request(inbound, source)


def read_request(inbound: Inbound, source: Source) -> CutoutRequest:
    """What the parameters ask to be made of a picture."""
    options, values = options_of(inbound), read_parameters(CUT, _pairs(inbound))
    variants = _variants(inbound, options[VARIANTS])
    refuse_idle_cleaning(values, variants)
    return CutoutRequest(
        source=source,
        cut=cut_of(values),
        variants=variants,
        delivery=_delivery(inbound, options),
        dry_run=options[DRY_RUN],
    )


def options_of(inbound: Inbound) -> Values:
    """What is asked of the answer as a whole."""
    return read_parameters(REQUEST, _pairs(inbound))


def response_of(inbound: Inbound, options: Values) -> Response:
    """How the answer is to be given; the Accept header speaks where the parameter does not."""
    if RESPONSE not in options and wants_json(inbound.headers):
        return Response.JSON
    return options[RESPONSE]


def _delivery(inbound: Inbound, options: Values) -> Delivery:
    response = response_of(inbound, options)
    as_links = response is Response.URL or (response is Response.JSON and VARIANTS in options)
    if as_links:
        return Delivery.LINKS
    follows = not inbound.headers.get("user-agent", "").startswith(FOLLOWS_NOTHING)
    return Delivery.LADDER if follows or response is Response.JSON else Delivery.DIRECT


def _variants(inbound: Inbound, text: str | None) -> tuple[Variant, ...]:
    if text is None:
        return (read_variant(inbound),)
    beside = read_parameters(OF_A_VARIANT, _pairs(inbound)).texts
    for name in (*beside, *SCENE.given(inbound)):
        raise InvalidParameterError(name, "no value beside variants: put it into each of them", "one")
    return read_variants(text)


def _pairs(inbound: Inbound) -> tuple[tuple[str, str], ...]:
    return (*inbound.query, *inbound.fields)
