"""What keeps the service from starting or a command from ending, in one line for its owner."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from handler.domain.errors import ClearcutError, InvalidParameterError
from handler.settings import variable_name


def complaint(error: ClearcutError | ValidationError) -> str:
    """The sentence; of settings it names each variable and what is expected of it."""
    if isinstance(error, ValidationError):
        return f"The settings cannot be used. {'; '.join(map(_fault, error.errors()))}"
    if isinstance(error, InvalidParameterError):
        return str(error)
    parts = [error.message, *([error.details] if error.details else [])]
    if error.__cause__ is not None:
        # The owner of the service, unlike a caller, may know what really happened.
        parts.append(str(error.__cause__))
    return ": ".join(parts)


def _fault(each: ErrorDetails) -> str:
    if each["type"] == "value_error":
        # One of the house's own, which says what came.
        said = str(each["ctx"]["error"])
    else:
        said = f"{each['msg']}, got {each['input']!r}"
    if not each["loc"]:
        return said
    setting, *inside = map(str, each["loc"])
    return ": ".join([variable_name(setting), *inside, said])
