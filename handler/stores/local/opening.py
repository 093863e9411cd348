"""The embedded stores under one folder."""

from pathlib import Path

from handler.ports import Stores
from handler.stores.local.accounts import LocalAccounts
from handler.stores.local.attempts import LocalAttempts
from handler.stores.local.database import Database
from handler.stores.local.keys import LocalKeys
from handler.stores.local.objects import LocalObjects


def open_local(home: Path) -> Stores:
    """Open the stores, making what is missing."""
    database = Database(home / "accounts.sqlite")
    return Stores(
        accounts=LocalAccounts(database),
        keys=LocalKeys(database),
        attempts=LocalAttempts(database),
        objects=LocalObjects(home / "objects"),
    )
