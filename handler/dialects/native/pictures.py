"""Finished pictures as native answers them: as they are, zipped, or told of in JSON."""

import base64
import io
import zipfile
from typing import Any

from handler.dialects.answers import Headers, credits_of, foreground_headers, json_answer, rate_headers
from handler.dialects.base import Inbound, Outbound
from handler.dialects.native.request import options_of, response_of
from handler.dialects.native.table.out import VARIANTS, Response
from handler.domain.request import Format
from handler.domain.result import CutoutResult, Estimate, Outcome, Rendering

# The same bytes for the same pictures: an archive would otherwise carry the moment of its making.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def present_remove(outcome: Outcome, inbound: Inbound) -> Outbound:
    """Answer in the way that was asked for."""
    if isinstance(outcome, Estimate):
        return _present_estimate(outcome)
    if not isinstance(outcome, CutoutResult):
        raise TypeError(outcome)
    options = options_of(inbound)
    are_many, is_linked = VARIANTS in options, outcome.rendering.link is not None
    if response_of(inbound, options) is not Response.BYTES or (are_many and is_linked):
        return _present_json(outcome, are_many=are_many)
    if is_linked:
        return _present_link(outcome)
    if are_many:
        body = _archive(outcome.renderings)
        return Outbound(200, Format.ZIP.media_type, body, _headers_of_all(outcome))
    rendering = outcome.rendering
    return Outbound(200, rendering.format.media_type, rendering.body, _headers(outcome))


def _headers(result: CutoutResult) -> Headers:
    rendering = result.rendering
    headers = [
        ("X-Image-Width", str(rendering.width)),
        ("X-Image-Height", str(rendering.height)),
        *foreground_headers(rendering),
        *_headers_of_all(result),
    ]
    return tuple(headers)


def _headers_of_all(result: CutoutResult) -> Headers:
    """What is true of every variant alike."""
    rendering, hold = result.rendering, result.hold
    headers = [
        ("X-Credits-Charged", str(credits_of(hold.amount))),
        ("X-Credits-Remaining", str(credits_of(hold.remaining))),
        ("X-Model", rendering.model),
        ("X-Matte-Confidence", f"{rendering.confidence:.3f}"),
        ("X-Matte-Ambiguous-Ratio", f"{rendering.ambiguous_ratio:.3f}"),
    ]
    known = {"X-Review": rendering.review, "X-Type": rendering.type}
    headers += [(name, fact) for name, fact in known.items() if fact is not None]
    if rendering.source_frames > 1:
        headers.append(("X-Notice", f"only the first of {rendering.source_frames} frames was used"))
    if hold.rate is not None:
        headers += rate_headers(hold.rate)
    return tuple(headers)


def _present_link(result: CutoutResult) -> Outbound:
    """Lead to the store, where the answer could not carry the picture."""
    told = dict(_facts(result.rendering), **_bill(result))
    return json_answer(303, told, (("Location", str(result.rendering.link)), *_headers(result)))


def _present_json(result: CutoutResult, *, are_many: bool) -> Outbound:
    if are_many:
        listed = [_facts(rendering) for rendering in result.renderings]
        return json_answer(200, {"results": listed, **_bill(result)}, _headers_of_all(result))
    return json_answer(200, {**_facts(result.rendering), **_bill(result)}, _headers(result))


def _present_estimate(estimate: Estimate) -> Outbound:
    content = {
        "credits": credits_of(estimate.price),
        "width": estimate.width,
        "height": estimate.height,
        "cached": estimate.cached,
    }
    return json_answer(200, content)


def _facts(rendering: Rendering) -> dict[str, Any]:
    """One picture as JSON tells of it, the file itself included or led to."""
    box = rendering.subject
    facts: dict[str, Any] = {
        "name": rendering.name,
        "media_type": rendering.format.media_type,
        "bytes": rendering.size_bytes or len(rendering.body),
        "width": rendering.width,
        "height": rendering.height,
        "foreground": {"top": box.top, "left": box.left, "width": box.width, "height": box.height},
        "model": rendering.model,
        "matte_confidence": round(rendering.confidence, 3),
        "matte_ambiguous_ratio": round(rendering.ambiguous_ratio, 3),
    }
    known = {"review": rendering.review, "type": rendering.type}
    facts.update({name: fact for name, fact in known.items() if fact is not None})
    if rendering.link is not None:
        return {**facts, "result_url": rendering.link}
    return {**facts, "result_b64": base64.b64encode(rendering.body).decode()}


def _bill(result: CutoutResult) -> dict[str, Any]:
    return {
        "credits_charged": credits_of(result.hold.amount),
        "credits_remaining": credits_of(result.hold.remaining),
        "cached": result.cached,
    }


def _archive(renderings: tuple[Rendering, ...]) -> bytes:
    """Every picture as NAME.EXT; they are compressed already, so they are only put together."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for rendering in renderings:
            entry = zipfile.ZipInfo(f"{rendering.name}.{rendering.format}", _NO_TIME)
            archive.writestr(entry, rendering.body)
    return file.getvalue()
