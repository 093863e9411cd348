"""What every functional test does with its own `service`."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from handler.bootstrap.service import Service
from tests.customers import new_key


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    """A client of it; a defect is answered, not raised, as in production."""
    with TestClient(service.app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def key(service: Service) -> str:
    """A live key with ten credits."""
    return new_key(service)
