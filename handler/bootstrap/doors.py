"""Which dialects are served, and on whose account those work whose clients have no key."""

from handler.bootstrap.books import Books
from handler.dialects import DIALECTS
from handler.domain.account import Caller
from handler.domain.errors import InvalidParameterError
from handler.services.desk import Doors
from handler.settings import Settings

NAMES = frozenset(dialect.name for dialect in DIALECTS)
# Thousandths; a laptop's owner pays nobody, and still sees what was used.
GUEST_CREDITS = 1_000_000_000


def open_doors(settings: Settings, books: Books) -> Doors:
    """Read both lists of names; guests of the embedded store get an account of their own."""
    served = NAMES if settings.dialects == "all" else _listed("CLEARCUT_DIALECTS", settings.dialects)
    guests_at = _listed("CLEARCUT_OPEN_DIALECTS", settings.open_dialects)
    account_id = settings.open_account
    if not account_id:
        if settings.table_name or not guests_at:
            return Doors(NAMES - served)
        account_id = books.bookkeeping.open_guest_account(GUEST_CREDITS)
    guest = Caller(account_id, "guest", test=False)
    return Doors(NAMES - served, dict.fromkeys(guests_at, guest))


def _listed(setting: str, text: str) -> frozenset[str]:
    if text == "none":
        return frozenset()
    listed = frozenset(name.strip() for name in text.split(","))
    if unknown := listed - NAMES:
        raise InvalidParameterError(setting, f"names out of {', '.join(sorted(NAMES))}", ", ".join(unknown))
    return listed
