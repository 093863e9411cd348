"""What test keys get: real pictures, free and small."""

from dataclasses import replace

from handler.domain.request import CutoutRequest, Variant

MAX_SIDE = 512


def capped(request: CutoutRequest) -> CutoutRequest:
    """The same request for pictures of at most 512 pixels a side."""
    return replace(request, variants=tuple(_small(variant) for variant in request.variants))


def _small(variant: Variant) -> Variant:
    caps = [side for side in (variant.max_side, MAX_SIDE) if side is not None]
    frame = variant.frame
    if frame is None:
        return replace(variant, max_side=min(caps))
    if frame.width is None or frame.height is None:
        # The side that follows from the other could be of any length.
        caps += [side for side in (frame.width, frame.height) if side is not None]
        return replace(variant, max_side=min(caps), frame=None)
    longest = max(frame.width, frame.height, MAX_SIDE)
    width, height = (max(1, side * MAX_SIDE // longest) for side in (frame.width, frame.height))
    return replace(variant, frame=replace(frame, width=width, height=height))
