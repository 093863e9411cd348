"""Errors as sentences instead of traces."""

import click
from pydantic import ValidationError

from handler.bootstrap.complaint import complaint
from handler.domain.errors import ClearcutError


class SpokenErrors(click.Group):
    """A group whose commands end with a sentence where the house refuses or fails."""

    def invoke(self, context: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(context)
        except (ClearcutError, ValidationError) as error:
            raise click.ClickException(complaint(error)) from error
