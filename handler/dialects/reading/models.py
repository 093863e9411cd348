"""Other services' models by name, each served by the quality of ours that does the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from handler.dialects.reading.parameter import Parameter
from handler.domain.request import Quality


@dataclass(frozen=True, slots=True)
class Served:
    """
    What a model gets here.

    Attributes:
        special: it is made for one kind of subject, and ours is for any.
    """

    quality: Quality
    special: bool = False


Models = Mapping[str, Served]


def model_name(models: Models, default: str) -> Parameter[str]:
    """The parameter `model`."""

    def read(text: str) -> str:
        if text not in models:
            raise ValueError(text)
        return text

    return Parameter(
        name="model",
        read=read,
        expected=f"one of {', '.join(models)}; models that do another job are not served",
        default=default,
        schema={"type": "string", "enum": list(models), "default": default},
        description="Whose work is asked for; served by the quality of ours that does the same.",
    )


def stands_in(models: Models, name: str) -> tuple[tuple[str, str], ...]:
    """Say so where a model made for one kind of subject is served by one for any."""
    if not models[name].special:
        return ()
    return (("X-Notice", f"{name} is served by a model for subjects of any kind"),)
