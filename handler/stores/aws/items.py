"""How accounts and ledger lines lie in the table."""

from handler.domain.account import Account, AccountStatus, OpenHold
from handler.domain.ledger import Line, LineKind
from handler.stores.aws.table import Change
from handler.stores.aws.wire import Item


def account_pk(account_id: str) -> str:
    """The partition of an account and its ledger."""
    return f"ACCOUNT#{account_id}"


def new_account_item(account: Account) -> Item:
    """An account without credits."""
    return {
        "pk": account_pk(account.id),
        "sk": "ACCOUNT",
        "id": account.id,
        "name": account.name,
        "plan": account.plan,
        "created": account.created_at_us,
        "status": account.status.value,
        "granted": 0,
        "balance": 0,
        "spent": 0,
        "holds": {},
        "tats": {},
    }


def account_from(item: Item) -> Account:
    """The account of an item."""
    holds = (OpenHold(name, each["amount"], each["until"]) for name, each in item["holds"].items())
    return Account(
        id=item["id"],
        name=item["name"],
        plan=item["plan"],
        created_at_us=item["created"],
        status=AccountStatus(item["status"]),
        granted=item["granted"],
        balance=item["balance"],
        spent=item["spent"],
        holds=tuple(sorted(holds, key=lambda hold: hold.id)),
        tats_us=item["tats"],
    )


def ending_change(line: Line, held: int, spent: int) -> Change:
    """Take a hold away, spend what is spent of its amount, and give back the rest."""
    return Change(
        account_pk(line.account_id),
        "ACCOUNT",
        "SET #spent = #spent + :spent, #balance = #balance + :back REMOVE #holds.#hold",
        "#holds.#hold.#amount = :held",
        {"held": held, "spent": spent, "back": held - spent},
        {"hold": line.id},
    )


def line_item(line: Line) -> Item:
    """The item of a ledger line."""
    return {
        "pk": account_pk(line.account_id),
        "sk": f"LINE#{line.id}",
        "kind": line.kind.value,
        "amount": line.amount,
        "at": line.at_us,
        "reference": line.reference,
    }


def line_from(item: Item, account_id: str) -> Line:
    """The ledger line of an item."""
    return Line(
        id=item["sk"].removeprefix("LINE#"),
        account_id=account_id,
        kind=LineKind(item["kind"]),
        amount=item["amount"],
        at_us=item["at"],
        reference=item["reference"],
    )
