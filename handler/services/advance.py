"""How far a request has come."""

from handler.domain.order import Progress

# How much of the work is done by the end of a stage, about.
_BEFORE_VARIANTS = {"fetch": 0.1, "decode": 0.2, "matte": 0.6}
_WITH_MATTE = 0.6
_OF_ONE_VARIANT = {"refine": 0.6, "compose": 0.8}


class Advance:
    """How far a request has come, told at the end of each stage."""

    def __init__(self, tell: Progress, variants: int) -> None:
        self._tell = tell
        self._variants = variants
        self._encoded = 0
        self._done = 0.0

    def __call__(self, stage: str) -> None:
        """Take note that a stage has ended; what is done again does not count backwards."""
        self._encoded += stage == "encode"
        of_variants = (self._encoded + _OF_ONE_VARIANT.get(stage, 0.0)) / self._variants
        share = _BEFORE_VARIANTS.get(stage, _WITH_MATTE + (1 - _WITH_MATTE) * of_variants)
        self._done = min(1.0, max(self._done, share))
        self._tell(stage, self._done)
