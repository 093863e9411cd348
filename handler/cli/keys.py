"""`clearcut keys`."""

import time
from collections.abc import Callable

import click

from handler.bootstrap import Books
from handler.cli.forms import Span, moment, table
from handler.domain.key import KeyRecord
from handler.domain.rate import SECOND_US

DAY_SECONDS = 86_400


@click.group()
def keys() -> None:
    """Make, list, revoke and rotate keys."""


@keys.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.option("--label", default="unnamed", show_default=True, help="What you will know it by.")
@click.option("--test", is_flag=True, help="A free key, whose pictures are small.")
@click.option(
    "--gateway", "on_gateway", is_flag=True, help="Make it a key of the API Gateway usage plan too."
)
@click.pass_obj
def create(books: Callable[[], Books], account_id: str, label: str, *, test: bool, on_gateway: bool) -> None:
    """Make a key of ACCOUNT; it is shown this once."""
    _show(*books().keys.create(account_id, label, test=test, on_gateway=on_gateway))


@keys.command("list")
@click.argument("account_id", metavar="ACCOUNT")
@click.pass_obj
def list_(books: Callable[[], Books], account_id: str) -> None:
    """List the keys of ACCOUNT, shut ones included."""
    opened = books()
    opened.bookkeeping.find(account_id)
    rows = [
        (
            record.id,
            record.label,
            "test" if record.test else "live",
            f"...{record.last_four}",
            moment(record.created_at_us),
            moment(record.last_used_at_us),
            _state(record),
        )
        for record in opened.keys.list(account_id)
    ]
    click.echo(table(("KEY", "LABEL", "KIND", "ENDS IN", "CREATED", "LAST USED", "STATE"), rows))


@keys.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.argument("key_id", metavar="KEY")
@click.pass_obj
def revoke(books: Callable[[], Books], account_id: str, key_id: str) -> None:
    """Shut a key for good, at once."""
    books().keys.revoke(account_id, key_id)
    click.echo(f"{key_id} is revoked")


@keys.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.argument("key_id", metavar="KEY")
@click.option(
    "--overlap", type=Span(), default=DAY_SECONDS, help="How long both work: 0s, 30m, 24h (default), 7d."
)
@click.pass_obj
def rotate(books: Callable[[], Books], account_id: str, key_id: str, overlap: int) -> None:
    """Make a successor of a key, which itself works until the overlap is over."""
    _show(*books().keys.rotate(account_id, key_id, overlap))


def _show(record: KeyRecord, secret: str) -> None:
    click.echo(secret)
    click.echo(f"{record.id} ({record.label}); the key is not shown again", err=True)


def _state(record: KeyRecord) -> str:
    if record.revoked_at_us is not None:
        return f"revoked {moment(record.revoked_at_us)}"
    if record.expires_at_us is not None:
        word = "works until" if record.is_usable(int(time.time() * SECOND_US)) else "expired"
        return f"{word} {moment(record.expires_at_us)}"
    return "suspended" if record.account_suspended else "works"
