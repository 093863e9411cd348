"""SnapOtter's parameters, and what they ask of us."""

from handler.dialects.reading.kinds import choice, colour, count, flag, number
from handler.dialects.reading.models import Models, Served, model_name
from handler.dialects.reading.parameter import Parameter, Table, Values
from handler.dialects.snapotter.names import COMPOSED
from handler.domain.errors import InvalidParameterError
from handler.domain.request import (
    Backdrop,
    Colour,
    Cut,
    Edge,
    Format,
    Gradient,
    Quality,
    Scene,
    Shadow,
    Source,
    Variant,
)

BACKDROP_FILE = "backgroundImage"


MODELS: Models = {
    "u2net": Served(Quality.MEDIUM),
    "isnet-general-use": Served(Quality.MEDIUM),
    "birefnet-general-lite": Served(Quality.MEDIUM),
    "bria-rmbg": Served(Quality.HIGH),
    "birefnet-general": Served(Quality.HIGH),
    "birefnet-matting": Served(Quality.HIGH),
    "birefnet-hr-matting": Served(Quality.HIGH),
    "birefnet-portrait": Served(Quality.HIGH, special=True),
}
# Each step is softer, and from the second on lies further inside, so that no fringe is left.
REFINEMENTS = (Edge(), Edge(feather=1), Edge(feather=2, shift=-1), Edge(feather=3, shift=-2))
_TYPES = {name: name for name in ("transparent", "color", "gradient", "blur", "image")}
_FORMATS = {name: Format(name) for name in ("png", "webp", "avif")}


MODEL = model_name(MODELS, "birefnet-general-lite")
EDGE_REFINE = count("edgeRefine", 0, 3, 0, "How much softer and tighter the edge becomes.")
DECONTAMINATE = flag("decontaminate", "Clean soft edges of the old background's colour.", default=True)
TYPE = choice("backgroundType", _TYPES, "transparent", "What lies behind the subject.")
COLOUR = colour("backgroundColor", "With type color.")
FIRST = colour("gradientColor1", "Where a gradient begins; with type gradient.")
SECOND = colour("gradientColor2", "Where it ends.")
ANGLE = number(
    "gradientAngle", -360, 360, 180.0, "Degrees: 0 leads from top to bottom, 180 from bottom to top."
)
BLUR = flag("blurEnabled", "Blur what lies behind: the original, or the picture of type image.")
BLUR_INTENSITY = number("blurIntensity", 0, 100, 50.0, "How much.")
SHADOW = flag("shadowEnabled", "A soft shadow below the subject.")
SHADOW_OPACITY = number("shadowOpacity", 0, 100, 50.0, "How dark it is.")
FORMAT = choice("outputFormat", _FORMATS, "png", "Of the finished picture.")

EFFECTS: Table = (
    TYPE, COLOUR, FIRST, SECOND, ANGLE, BLUR, BLUR_INTENSITY, SHADOW, SHADOW_OPACITY, FORMAT,
)  # fmt: skip
REMOVAL: Table = (MODEL, EDGE_REFINE, DECONTAMINATE, *EFFECTS)


def cut_of(values: Values) -> Cut:
    """How the subject is to be cut out."""
    refined = REFINEMENTS[values[EDGE_REFINE]]
    edge = Edge(refined.shift, refined.feather, decontaminate=1.0 if values[DECONTAMINATE] else 0.0)
    return Cut(MODELS[values[MODEL]].quality, edge=edge)


def composed(values: Values, scene: Source | None, name: str = COMPOSED) -> Variant:
    """The finished picture; `scene` is the one that was sent to lie behind."""
    return Variant(
        name=name,
        background=_backdrop(values, scene),
        shadow=Shadow(values[SHADOW_OPACITY]) if values[SHADOW] else None,
        format=values[FORMAT],
    )


def is_plain(variant: Variant) -> bool:
    """Whether a finished picture is no other than the cut-out."""
    return variant.background is None and variant.shadow is None and variant.format is Format.PNG


def _backdrop(values: Values, scene: Source | None) -> Backdrop | None:
    kind = values[TYPE]
    blur = values[BLUR_INTENSITY] if values[BLUR] or kind == "blur" else None
    if kind == "color":
        return _needed(values, COLOUR)
    if kind == "gradient":
        return Gradient(_needed(values, FIRST), _needed(values, SECOND), values[ANGLE])
    if kind == "image":
        if scene is None:
            raise InvalidParameterError(BACKDROP_FILE, "a file beside backgroundType image", "none")
        return Scene(scene, blur)
    # Colours and gradients look no different blurred.
    return None if blur is None else Scene(None, blur)


def _needed(values: Values, parameter: Parameter[Colour | None]) -> Colour:
    found = values[parameter]
    if found is None:
        expected = f"a colour with backgroundType {values[TYPE]}"
        raise InvalidParameterError(parameter.name, expected, "none")
    return found
