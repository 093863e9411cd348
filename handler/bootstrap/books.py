"""The accounts, joined to the backend that the settings name; without the web and without the model."""

from dataclasses import dataclass

from handler.bootstrap.stores import Stores, open_stores
from handler.domain.rate import Rate
from handler.services.accounts import Accounts, HoldRule
from handler.services.authentication import Authentication
from handler.services.bookkeeping import Bookkeeping
from handler.services.idempotency import Idempotency, RepeatRule
from handler.services.keys import Keys
from handler.services.tokens import ClientTokens
from handler.settings import Settings


@dataclass(frozen=True, slots=True)
class Books:
    """Everything about accounts and credits, and what they are kept in; the command line needs no more."""

    accounts: Accounts
    authentication: Authentication
    bookkeeping: Bookkeeping
    idempotency: Idempotency
    keys: Keys
    tokens: ClientTokens
    stores: Stores

    def sweep(self) -> int:
        """Give back lapsed holds, and forget old answers, files and tokens; tells how many holds."""
        self.idempotency.sweep()
        self.tokens.sweep()
        self.stores.objects.forget_expired()
        return self.accounts.sweep()


def open_books(settings: Settings) -> Books:
    """Join the accounts to the backend that the settings name."""
    stores = open_stores(settings)
    rates = (Rate.per_second(settings.requests_per_second), Rate.per_minute(settings.requests_per_minute))
    accounts = Accounts(stores.accounts, HoldRule(rates, settings.hold_seconds))
    return Books(
        accounts=accounts,
        authentication=Authentication(stores.keys),
        bookkeeping=Bookkeeping(stores.accounts, stores.keys),
        idempotency=Idempotency(
            stores.attempts,
            stores.objects,
            accounts,
            RepeatRule(settings.hold_seconds, keeps=not settings.zero_retention),
        ),
        keys=Keys(stores.keys, stores.accounts, stores.gateway),
        tokens=ClientTokens(stores.token_uses, stores.secret),
        stores=stores,
    )
