"""What may lie under a subject."""

from dataclasses import dataclass, field

from handler.domain.request.source import Source


@dataclass(frozen=True, slots=True)
class Colour:
    """An sRGB colour with straight alpha, each 0..255."""

    red: int
    green: int
    blue: int
    alpha: int = 255


WHITE = Colour(255, 255, 255)


@dataclass(frozen=True, slots=True)
class Gradient:
    """
    Two colours, one running into the other along a line through the canvas.

    Attributes:
        angle: degrees; at 0 the line leads from top to bottom, at 180 from bottom to top. Its ends are
            `first` at (50 - 50 sin a, 50 - 50 cos a) and `second` at (50 + 50 sin a, 50 + 50 cos a)
            percent of width and height.
    """

    first: Colour
    second: Colour
    angle: float = 180.0


@dataclass(frozen=True, slots=True)
class Scene:
    """
    A picture behind the subject: centred, covering the canvas.

    Attributes:
        picture: None is the original behind its own subject.
        blur: 0..100; None leaves it sharp. The sigma is 1 + blur / 100 x 49 pixels.
    """

    picture: Source | None = field(default=None, repr=False)
    blur: float | None = None


Backdrop = Colour | Gradient | Scene
