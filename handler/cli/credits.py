"""`clearcut credits`."""

from collections.abc import Callable

import click

from handler.bootstrap import Books
from handler.cli.forms import Credits, moment, table
from handler.domain.ledger import Line, LineKind
from handler.domain.money import format_credits

# A negative amount looks like an option.
_NEGATIVE = {"ignore_unknown_options": True}


@click.group("credits")
def credits_() -> None:
    """Give credits, correct them, and look into the ledger."""


@credits_.command(context_settings=_NEGATIVE)
@click.argument("account_id", metavar="ACCOUNT")
@click.argument("amount", type=Credits(), metavar="CREDITS")
@click.option("--reason", default="granted", show_default=True, help="Stands in the ledger.")
@click.pass_obj
def grant(books: Callable[[], Books], account_id: str, amount: int, reason: str) -> None:
    """Give CREDITS to ACCOUNT."""
    opened = books()
    opened.bookkeeping.grant(account_id, amount, reason)
    _tell_balance(opened, account_id)


@credits_.command(context_settings=_NEGATIVE)
@click.argument("account_id", metavar="ACCOUNT")
@click.argument("amount", type=Credits(), metavar="CREDITS")
@click.option("--reason", required=True, help="Stands in the ledger.")
@click.pass_obj
def adjust(books: Callable[[], Books], account_id: str, amount: int, reason: str) -> None:
    """Correct the books of ACCOUNT by CREDITS, which may be negative."""
    opened = books()
    opened.bookkeeping.adjust(account_id, amount, reason)
    _tell_balance(opened, account_id)


@credits_.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.option("--last", type=click.IntRange(min=1), default=50, show_default=True, help="How many lines.")
@click.pass_obj
def ledger(books: Callable[[], Books], account_id: str, last: int) -> None:
    """Show the last lines of the ledger of ACCOUNT, oldest first."""
    rows = [
        (moment(line.at_us), line.kind.value, format_credits(_effect(line)), line.reference, line.id)
        for line in books().bookkeeping.ledger(account_id)[-last:]
    ]
    click.echo(table(("AT", "KIND", "CREDITS", "REFERENCE", "LINE"), rows))


@credits_.command()
@click.argument("account_ids", metavar="[ACCOUNT]...", nargs=-1)
@click.pass_obj
@click.pass_context
def verify(context: click.Context, books: Callable[[], Books], account_ids: tuple[str, ...]) -> None:
    """Recompute balances from the ledger, of every account where none is named; exits 1 where they differ."""
    opened = books()
    names = account_ids or tuple(account.id for account in opened.bookkeeping.list())
    rows = [
        (name, found.figure, format_credits(found.stored), format_credits(found.recomputed))
        for name in names
        for found in opened.bookkeeping.verify(name)
    ]
    if rows:
        click.echo(table(("ACCOUNT", "FIGURE", "STORED", "BY THE LEDGER"), rows))
        context.exit(1)
    click.echo(f"accounts verified: {len(names)}, no difference")


def _effect(line: Line) -> int:
    """What the line did to the credits that the account has or holds."""
    if line.kind is LineKind.RELEASE:
        return 0
    return -line.amount if line.kind is LineKind.COMMIT else line.amount


def _tell_balance(books: Books, account_id: str) -> None:
    click.echo(f"{account_id} has {format_credits(books.bookkeeping.find(account_id).balance)} credits")
