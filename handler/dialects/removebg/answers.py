"""What remove.bg's routes answer."""

import base64

from handler.dialects.answers import Headers, credits_of, foreground_headers, json_answer, wants_json
from handler.dialects.base import Inbound, Outbound
from handler.dialects.reading.strays import ignored_header, without_blanks
from handler.dialects.removebg.headers import CORS, rate_limit_headers
from handler.dialects.removebg.parameters import FORMAT, FULL, SOURCE
from handler.dialects.removebg.request import known_to, read_values
from handler.domain.request import Variant
from handler.domain.result import Balance, CutoutResult, Kept, Outcome


def present_remove(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Answer with the picture, or with JSON that holds it."""
    if not isinstance(outcome, CutoutResult):
        raise TypeError(outcome)
    rendering, headers = outcome.rendering, _headers(outcome, inbound)
    if not wants_json(inbound.headers):
        return Outbound(200, rendering.format.media_type, rendering.body, headers)
    box = rendering.subject
    data = {
        "result_b64": base64.b64encode(rendering.body).decode(),
        "foreground_top": box.top,
        "foreground_left": box.left,
        "foreground_width": box.width,
        "foreground_height": box.height,
    }
    return json_answer(200, {"data": data}, headers)


def present_account(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Answer with the balance; one client takes any further name in it for a mistake."""
    if not isinstance(outcome, Balance):
        raise TypeError(outcome)
    left = credits_of(outcome.granted - outcome.used)
    attributes = {
        "credits": {"total": left, "subscription": 0, "payg": left, "enterprise": 0},
        "api": {"free_calls": 0, "sizes": "all"},
    }
    return json_answer(200, {"data": {"attributes": attributes}}, (*CORS, *ignored_header(inbound, ())))


def present_improve(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Answer with the id under which it is kept, a UUID as the vendor's are."""
    if not isinstance(outcome, Kept):
        raise TypeError(outcome)
    return json_answer(200, {"id": outcome.upload_id}, (*CORS, *ignored_header(inbound, SOURCE.every)))


def _headers(result: CutoutResult, inbound: Inbound) -> Headers:
    rendering, hold = result.rendering, result.hold
    values = read_values(without_blanks(inbound))
    largest = Variant(max_pixels=FULL.pixels_for(values[FORMAT]))
    max_width, max_height = largest.size_for(rendering.full_width, rendering.full_height)
    return (
        ("X-Credits-Charged", str(credits_of(hold.amount))),
        ("X-Width", str(rendering.width)),
        ("X-Height", str(rendering.height)),
        ("X-Max-Width", str(max_width)),
        ("X-Max-Height", str(max_height)),
        *foreground_headers(rendering),
        *((("X-Type", rendering.type),) if rendering.type else ()),
        *(rate_limit_headers(hold.rate) if hold.rate else ()),
        *ignored_header(inbound, known_to(values)),
        *CORS,
    )
