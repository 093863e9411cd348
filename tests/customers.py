"""Whoever calls the service in a test."""

from starlette.testclient import TestClient

from handler.bootstrap.service import Service


def new_key(service: Service, thousandths: int = 10_000, *, test: bool = False) -> str:
    """A key of a new account with so many thousandths of a credit."""
    account_id = service.books.bookkeeping.create_account("test", "Demo")
    service.books.bookkeeping.grant(account_id, thousandths, "test")
    return service.books.keys.create(account_id, "test", test=test)[1]


def used(client: TestClient, key: str) -> float:
    """Credits that are spent or held."""
    return float(client.get("/v1/me", headers={"x-api-key": key}).json()["usedCredits"])
