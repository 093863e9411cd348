"""Errors as sentences instead of traces."""

import click
from pydantic import ValidationError

from handler.domain.errors import ClearcutError, InvalidParameterError


class SpokenErrors(click.Group):
    """A group whose commands end with a sentence where the house refuses or fails."""

    def invoke(self, context: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(context)
        except InvalidParameterError as error:
            raise click.ClickException(str(error)) from error
        except ClearcutError as error:
            raise click.ClickException(_sentence(error)) from error
        except ValidationError as error:
            wrong = "; ".join(f"{_setting(each['loc'])}: {each['msg']}" for each in error.errors())
            raise click.ClickException(f"The settings cannot be used. {wrong}") from error


def _sentence(error: ClearcutError) -> str:
    parts = [error.message, *([error.details] if error.details else [])]
    if error.__cause__ is not None:
        # The owner of the service, unlike a caller, may know what really happened.
        parts.append(str(error.__cause__))
    return ": ".join(parts)


def _setting(location: tuple[int | str, ...]) -> str:
    name = ".".join(map(str, location))
    return name if name.isupper() else f"CLEARCUT_{name.upper()}"
