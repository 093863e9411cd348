"""What decides the matte: everything that makes the same picture's subject another one."""

from dataclasses import dataclass
from enum import StrEnum

from handler.domain.request.measure import Region


class Quality(StrEnum):
    """How much work goes into finding the subject."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Subject(StrEnum):
    """
    Which subject counts where a picture has several; auto takes what stands out.

    A stamp is ink on paper, which is lifted off it without any model.
    """

    AUTO = "auto"
    PERSON = "person"
    PRODUCT = "product"
    ANIMAL = "animal"
    CAR = "car"
    STAMP = "stamp"


class SourceAlpha(StrEnum):
    """What a source's own transparency does: joins the matte, is dropped, or is the matte."""

    MULTIPLY = "multiply"
    IGNORE = "ignore"
    USE = "use"


@dataclass(frozen=True, slots=True)
class Trimap:
    """
    Which alpha is sure, so that only what lies between is left soft.

    Attributes:
        foreground: 0..255, alpha above it is sure to be subject.
        background: 0..255, alpha below it is sure to be background.
        erode: the width, in pixels, of the disc by which both sure areas are eroded before they count.
    """

    foreground: int = 240
    background: int = 10
    erode: int = 10


@dataclass(frozen=True, slots=True)
class Edge:
    """
    How the subject's edge is treated, at the picture's own size.

    Attributes:
        shift: pixels by which the subject grows, or shrinks where it is below zero.
        feather: pixels over which the edge is softened.
        binary: no half tones: opened, smoothed and cut at the middle.
        trimap: sure areas become wholly so; None leaves every half tone.
        decontaminate: 0..1, how far soft pixels are cleaned of the old background's colour.
    """

    shift: int = 0
    feather: int = 0
    binary: bool = False
    trimap: Trimap | None = None
    decontaminate: float = 1.0


AS_FOUND = Edge()


@dataclass(frozen=True, slots=True)
class Cut:
    """
    How the subject is cut out, shared by all variants of a picture.

    Attributes:
        region: outside it everything counts as background; None is the whole picture.
    """

    quality: Quality = Quality.MEDIUM
    subject: Subject = Subject.AUTO
    region: Region | None = None
    source_alpha: SourceAlpha = SourceAlpha.MULTIPLY
    edge: Edge = AS_FOUND


DEFAULT_CUT = Cut()
