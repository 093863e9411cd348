"""
The command line, for the owner of a service: accounts, keys and credits.

It works on the stores that the settings name, as the service does: CLEARCUT_TABLE_NAME for a
deployment's table, else the embedded store under CLEARCUT_HOME.
"""

from collections.abc import Callable

import click

from handler.bootstrap import Books, open_books
from handler.cli.accounts import accounts
from handler.cli.credits import credits_
from handler.cli.errors import SpokenErrors
from handler.cli.keys import keys
from handler.settings import Settings


@click.group(cls=SpokenErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Accounts, keys and credits of a Clearcut service."""
    # Only a command that runs opens the books; help and mistakes do not.
    open_lazily: Callable[[], Books] = lambda: open_books(Settings())  # noqa: E731 # for its type
    context.obj = context.obj or open_lazily


main.add_command(accounts)
main.add_command(keys)
main.add_command(credits_)
