"""Finished pictures as native answers them."""

from handler.dialects.answers import credits_of, foreground_headers, rate_headers
from handler.dialects.base import Inbound, Outbound
from handler.domain.result import CutoutResult, Outcome


def present_picture(outcome: Outcome, _: Inbound) -> Outbound:
    """Answer with the picture's bytes; everything else about it travels in headers."""
    if not isinstance(outcome, CutoutResult):
        raise TypeError(outcome)
    rendering, hold = outcome.rendering, outcome.hold
    headers = [
        ("X-Image-Width", str(rendering.width)),
        ("X-Image-Height", str(rendering.height)),
        ("X-Credits-Charged", str(credits_of(hold.amount))),
        ("X-Credits-Remaining", str(credits_of(hold.remaining))),
        ("X-Model", rendering.model),
        *foreground_headers(rendering),
        ("X-Matte-Confidence", f"{rendering.confidence:.3f}"),
        ("X-Matte-Ambiguous-Ratio", f"{rendering.ambiguous_ratio:.3f}"),
    ]
    if rendering.source_frames > 1:
        headers.append(("X-Notice", f"only the first of {rendering.source_frames} frames was used"))
    if hold.rate is not None:
        headers += rate_headers(hold.rate)
    return Outbound(200, rendering.format.media_type, rendering.body, tuple(headers))
