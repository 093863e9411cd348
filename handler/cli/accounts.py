"""`clearcut accounts`."""

from collections.abc import Callable

import click

from handler.bootstrap import Books
from handler.cli.forms import moment, table
from handler.domain.account import AccountStatus
from handler.domain.money import format_credits
from handler.services.webhooks import webhook_secret


@click.group()
def accounts() -> None:
    """Open, list, look at, suspend and resume accounts."""


@accounts.command()
@click.argument("name")
@click.option("--plan", default="standard", show_default=True, help="What /v1/me shows as the plan.")
@click.pass_obj
def create(books: Callable[[], Books], name: str, plan: str) -> None:
    """Open an account called NAME, without credits; prints its id."""
    click.echo(books().bookkeeping.create_account(name, plan))


@accounts.command("list")
@click.pass_obj
def list_(books: Callable[[], Books]) -> None:
    """List every account with its credits."""
    rows = [
        (
            account.id,
            account.name,
            account.plan,
            account.status.value,
            format_credits(account.balance),
            format_credits(account.held),
            format_credits(account.spent),
        )
        for account in books().bookkeeping.list()
    ]
    click.echo(table(("ACCOUNT", "NAME", "PLAN", "STATUS", "BALANCE", "HELD", "SPENT"), rows))


@accounts.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.pass_obj
def show(books: Callable[[], Books], account_id: str) -> None:
    """Show one account, its credits and its open holds."""
    account = books().bookkeeping.find(account_id)
    facts = [
        ("account", account.id),
        ("name", account.name),
        ("plan", account.plan),
        ("status", account.status.value),
        ("created", moment(account.created_at_us)),
        ("granted", format_credits(account.granted)),
        ("balance", format_credits(account.balance)),
        ("held", format_credits(account.held)),
        ("spent", format_credits(account.spent)),
    ]
    for name, value in facts:
        click.echo(f"{name:<8} {value}")
    if account.holds:
        rows = [(hold.id, format_credits(hold.amount), moment(hold.expires_at_us)) for hold in account.holds]
        click.echo("\n" + table(("HOLD", "CREDITS", "LAPSES"), rows))


@accounts.command("webhook-secret")
@click.argument("account_id", metavar="ACCOUNT")
@click.pass_obj
def show_webhook_secret(books: Callable[[], Books], account_id: str) -> None:
    """Show what webhooks of ACCOUNT are signed with."""
    opened = books()
    account = opened.bookkeeping.find(account_id)
    click.echo(webhook_secret(opened.stores.secret, account.id))


@accounts.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.pass_obj
def suspend(books: Callable[[], Books], account_id: str) -> None:
    """Refuse every request of an account until it is resumed."""
    books().bookkeeping.set_status(account_id, AccountStatus.SUSPENDED)
    click.echo(f"{account_id} is suspended")


@accounts.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.pass_obj
def resume(books: Callable[[], Books], account_id: str) -> None:
    """Let a suspended account work again."""
    books().bookkeeping.set_status(account_id, AccountStatus.ACTIVE)
    click.echo(f"{account_id} is active")
