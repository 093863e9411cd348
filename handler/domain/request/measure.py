"""Lengths as callers write them: in pixels, or as a share of something that is known only later."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Length:
    """
    A length in pixels, or in percent of a whole.

    Attributes:
        amount: how many pixels, or how many percent.
    """

    amount: float
    percent: bool = False

    def of(self, whole: int) -> int:
        """The length in whole pixels."""
        return round(self.amount * whole / 100 if self.percent else self.amount)


NOTHING = Length(0)


@dataclass(frozen=True, slots=True)
class Margins:
    """Room around a subject, each side in pixels or in percent of the subject's own size."""

    top: Length = NOTHING
    right: Length = NOTHING
    bottom: Length = NOTHING
    left: Length = NOTHING


NO_MARGINS = Margins()


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of a picture between two corners, in pixels or in percent of the picture."""

    left: Length
    top: Length
    right: Length
    bottom: Length
